using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>connect(2), to every address of a name.</summary>
[Cmdlet(VerbsCommunications.Connect, "Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class ConnectSocketCommand : RecordedSocketCommand
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
        SocketRecording? recording = Recording;
        if (Channel is null)
        {
            WriteOpened(recording is null ? Connect() : recording.Connect(Connect));
            return;
        }

        SocketChannel channel = Channel.ToChannel();
        WriteObject(recording is null ? ConnectChannel() : recording.Connect(ConnectChannel));

        SocketChannel Connect() => SocketConnector.Connect(endpoint, Location, Wait());

        SocketChannel ConnectChannel()
        {
            channel.Connect(endpoint, Location, Wait(channel));
            return channel;
        }
    }
}
