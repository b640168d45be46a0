using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>close(2) of a listening socket.</summary>
[Cmdlet(VerbsLifecycle.Stop, "SocketListener")]
[OutputType(typeof(SocketListener))]
public sealed class StopSocketListenerCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Channel")]
    public ChannelArgument[] Listener { get; set; } = null!;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (ChannelArgument argument in Listener)
        {
            Target = argument.Value;
            Guard(() => Stop(argument));
        }
    }

    private void Stop(ChannelArgument argument)
    {
        SocketListener listener = argument.ToListener();
        listener.Stop(Trace);
        if (PassThru)
        {
            WriteObject(listener);
        }
    }
}
