using System.Management.Automation;
using System.Net.Sockets;

namespace SocketTools.Commands;

/// <summary>shutdown(2).</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class DisconnectSocketCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public ChannelArgument Channel { get; set; } = null!;

    [Parameter(Position = 1)]
    public SocketShutdown Direction { get; set; } = SocketShutdown.Both;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketChannel channel = Channel.ToChannel();
        channel.Shutdown(Direction, Trace);
        if (PassThru)
        {
            WriteObject(channel);
        }
    }
}
