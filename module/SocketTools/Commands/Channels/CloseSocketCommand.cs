using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>close(2).</summary>
[Cmdlet(VerbsCommon.Close, "Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class CloseSocketCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument[] Channel { get; set; } = null!;

    [Parameter]
    public SwitchParameter Reset { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (ChannelArgument argument in Channel)
        {
            Target = argument.Value;
            Guard(() => Close(argument));
        }
    }

    private void Close(ChannelArgument argument)
    {
        SocketChannel channel = argument.ToChannel();
        channel.Close(Reset, Trace);
        if (PassThru)
        {
            WriteObject(channel);
        }
    }
}
