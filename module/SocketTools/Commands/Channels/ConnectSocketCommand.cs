using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>connect(2), to every address of a name.</summary>
[Cmdlet(VerbsCommunications.Connect, "Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class ConnectSocketCommand : WaitingSocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public EndpointArgument Endpoint { get; set; } = null!;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ChannelArgument? Channel { get; set; }

    private protected override void Process()
    {
        Target = Endpoint.Value;
        SocketEndpoint endpoint = Endpoint.ToEndpoint();
        if (Channel is null)
        {
            WriteObject(SocketConnector.Connect(endpoint, Location, Wait()));
            return;
        }

        SocketChannel channel = Channel.ToChannel();
        channel.Connect(endpoint, Location, Wait(channel));
        WriteObject(channel);
    }
}
