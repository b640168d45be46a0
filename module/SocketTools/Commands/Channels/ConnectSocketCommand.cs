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

    // Not by property name: a listener in the pipeline is an endpoint, and its Channel is not to be connected to itself.
    [Parameter]
    public ChannelArgument? Channel { get; set; }

    private protected override void Process()
    {
        Target = Endpoint.Value;
        SocketEndpoint endpoint = Endpoint.ToEndpoint();
        if (Channel is null)
        {
            WriteOpened(SocketConnector.Connect(endpoint, Location, Wait()));
            return;
        }

        SocketChannel channel = Channel.ToChannel();
        channel.Connect(endpoint, Location, Wait(channel));
        WriteObject(channel);
    }
}
