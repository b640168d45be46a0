using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>accept(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketConnection")]
[Alias("Accept-Socket")]
[OutputType(typeof(SocketChannel))]
public sealed class ReceiveSocketConnectionCommand : RecordedSocketCommand
{
    /// <summary>A server waits for its clients as long as it takes.</summary>
    public ReceiveSocketConnectionCommand() => TimeoutSeconds = -1;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Listener")]
    public ChannelArgument Channel { get; set; } = null!;

    private protected override void Process()
    {
        Target = Channel.Value;
        SocketListener listener = Channel.ToListener();
        if (listener.IsServing)
        {
            throw new SocketCallException("accept", Errno.EBUSY, listener, "The listener accepts by itself, for its handler or service")
            {
                Advice = "Start it without -Handler, -OnLine and -Service to accept by hand.",
            };
        }

        SocketRecording? recording = Recording;
        if (recording is not null && listener.Recording is not null)
        {
            throw new SocketCallException("accept", Errno.EALREADY, listener, "The listener records its connections already") { Advice = "Leave -RecordTo out." };
        }

        SocketChannel channel = listener.Accept(Wait(listener.Channel));
        if (recording is not null)
        {
            channel.RecordTo(recording, accepted: true);
        }

        WriteOpened(channel);
    }
}
