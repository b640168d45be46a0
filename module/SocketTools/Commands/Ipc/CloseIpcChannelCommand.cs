using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>close(2), mq_close(3), munmap(2); and the removal of what this process made.</summary>
[Cmdlet(VerbsCommon.Close, "IpcChannel")]
[OutputType(typeof(IpcChannel))]
public sealed class CloseIpcChannelCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public IpcArgument[] Channel { get; set; } = null!;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (IpcArgument argument in Channel)
        {
            Target = argument.Value;
            Guard(() => Close(argument));
        }
    }

    private void Close(IpcArgument argument)
    {
        argument.Close(Trace);
        if (PassThru)
        {
            WriteObject(argument.Value);
        }
    }
}
