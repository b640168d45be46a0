using System;
using System.Net;
using SocketTools.Capture;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private volatile ChannelRecorder? _recorder;

    /// <summary>Where the channel records itself to, or null.</summary>
    public SocketRecording? Recording => _recorder?.Recording;

    /// <summary>Null as a rule: a channel that is not recorded does nothing for it.</summary>
    internal ChannelRecorder? Recorder => _recorder;

    /// <summary>Writes down from here on what this channel sends and receives. To be called when it was just connected, accepted or bound, before anything is sent or received.</summary>
    /// <param name="recording">It is held until the channel is closed.</param>
    /// <param name="accepted">Whether the peer began the connection.</param>
    /// <param name="startedAt">When the connect began, in nanoseconds since 1970; 0 for now.</param>
    /// <exception cref="SocketCallException">EALREADY: it is recorded already. EBADF.</exception>
    /// <remarks>What goes by the .NET socket inside (<see cref="Socket"/>) is not seen.</remarks>
    internal void RecordTo(SocketRecording recording, bool accepted, long startedAt = 0)
    {
        CheckOpen("write");
        if (_recorder is not null)
        {
            throw new SocketCallException("write", Errno.EALREADY, ToTarget(), "The channel is recorded already") { Advice = "A channel has one recording, until it is closed." };
        }

        ChannelRecorder recorder = new(recording, this);
        recorder.Connected(accepted, startedAt == 0 ? SocketRecording.Now() : startedAt);
        _recorder = recorder;
    }

    private static void Record(ChannelRecorder recorder, TransferCall call, int result, EndPoint? peer, ReadOnlySpan<byte> data)
    {
        if (result < 0)
        {
            recorder.Failed((Errno)(-result));
        }
        else
        {
            recorder.Moved(!call.Receives(), data[..Math.Min(result, data.Length)], peer);
        }
    }
}
