using System;

namespace SocketTools;

/// <summary>Takes one message. The bytes are there until it returns.</summary>
/// <returns>True to go on with the next one.</returns>
public delegate bool MessageHandler(ReadOnlySpan<byte> message);

public sealed partial class SocketChannel
{
    // The buffer must hold the whole frame.
    private const int LongestMessage = int.MaxValue - (1024 * 1024);

    private const int LargestRoom = MessageBlockSize / 2;

    private int _messageRoom = FillSize;

    /// <summary>One message.</summary>
    /// <param name="framing">How the sender marks messages.</param>
    /// <param name="maximumLength">Bytes that a message may have.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <returns>The message, owned by the caller; null at the end of the stream.</returns>
    /// <exception cref="SocketCallException">
    /// EMSGSIZE: the message is longer than the limit; nothing was allocated for it. EBADMSG: what came is no frame. ENODATA: the stream ended
    /// in the middle of a frame. ETIMEDOUT, EWOULDBLOCK. EOPNOTSUPP: no stream. What arrived stays in the channel, from the start of the frame on.
    /// </exception>
    public byte[]? ReceiveMessage(MessageFraming framing, int maximumLength, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(framing);
        CheckFrames("recv");
        using Turn turn = Enter(_receiveGate, "recv", wait);
        if (!FillFrame(framing, maximumLength, wait, out MessageFrame frame))
        {
            return null;
        }

        byte[] message = _buffer.Span.Slice(frame.Start, frame.Length).ToArray();
        _buffer.Skip((int)frame.Size);
        return message;
    }

    /// <summary>Hands every message to a handler, without a copy, until the handler has enough or the stream ends.</summary>
    /// <param name="framing">How the sender marks messages.</param>
    /// <param name="maximumLength">Bytes that a message may have.</param>
    /// <param name="handler">Called in this call's turn, so it must not receive from this channel. A message is taken when it is called, also if it throws.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <returns>How many messages it got.</returns>
    /// <exception cref="SocketCallException">Those of <see cref="ReceiveMessage"/>.</exception>
    public long ReceiveMessages(MessageFraming framing, int maximumLength, MessageHandler handler, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(framing);
        ArgumentNullException.ThrowIfNull(handler);
        CheckFrames("recv");
        using Turn turn = Enter(_receiveGate, "recv", wait);
        long count = 0;
        while (FillFrame(framing, maximumLength, wait, out _))
        {
            wait.Stop.ThrowIfCancellationRequested();
            int taken = 0;
            try
            {
                if (!framing.Deliver(_buffer.Span, maximumLength, handler, ref taken, ref count))
                {
                    break;
                }
            }
            finally
            {
                _buffer.Skip(taken);
            }
        }

        return count;
    }

    // Reads until a whole frame is in the buffer; false at the end of the stream. The caller has the turn.
    private bool FillFrame(MessageFraming framing, int maximumLength, SocketWait wait, out MessageFrame frame)
    {
        int searched = 0;
        while (true)
        {
            MessageStatus status = framing.Read(_buffer.Span, Math.Min(maximumLength, LongestMessage), searched, out frame);
            if (status != MessageStatus.NeedMore)
            {
                return status == MessageStatus.Complete ? true : throw Unreadable(status, frame, maximumLength);
            }

            searched = _buffer.Count;
            if (!FillTowards(frame, wait))
            {
                return searched == 0 ? false : throw CutOff(frame);
            }
        }
    }

    // The room grows with what has come, not with what is announced: a peer gets no memory for a few bytes.
    private bool FillTowards(MessageFrame frame, SocketWait wait)
    {
        int before = _buffer.Count;
        long missing = frame.Size - before;
        int room = missing > _messageRoom ? (int)Math.Min(missing, Math.Max(_messageRoom, before))
            : _messageRoom < LargestRoom ? _messageRoom
            : Math.Max(LargestRoom, MessageBlockSize - before); // The rest of a frame goes to the front of the same 64 KiB.
        try
        {
            bool filled = Fill(room, Math.Max(room, MessageBlockSize), wait);
            if (_buffer.Count - before >= room)
            {
                _messageRoom = Math.Min(2 * _messageRoom, LargestRoom);
            }

            return filled;
        }
        catch (SocketCallException e) when (before > 0 && e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK)
        {
            throw new SocketCallException("recv", e.Errno, ToTarget(), $"{CameOf(frame)} came in time") { BytesTransferred = _buffer.Count };
        }
    }

    private string CameOf(MessageFrame frame) => frame.Announced > 0
        ? $"{_buffer.Count} of {frame.Size} bytes of a message"
        : $"{_buffer.Count} bytes of a message";

    private SocketCallException CutOff(MessageFrame frame) =>
        new("recv", Errno.ENODATA, ToTarget(), $"The stream ended after {CameOf(frame)}")
        {
            Advice = "The peer ended the stream in the middle of a message. What did arrive is still in the channel: Receive-SocketByte returns it.",
            BytesTransferred = _buffer.Count,
        };

    private SocketCallException Unreadable(MessageStatus status, MessageFrame frame, int maximumLength)
    {
        const string Kept = "What arrived is still in the channel: Receive-SocketByte returns it.";
        const string Agree = "Check that both sides use the same -Prefix and byte order";
        return status == MessageStatus.Malformed
            ? new("recv", Errno.EBADMSG, ToTarget(), "The length is a varint of more than 10 bytes, or of more than 64 bits")
            {
                Advice = $"{Agree}. {Kept}",
                BytesTransferred = _buffer.Count,
            }
            : frame.Announced == 0 ? TooLong(maximumLength)
            : new("recv", Errno.EMSGSIZE, ToTarget(), $"The peer announced a message of {frame.Announced} bytes, and the limit is {maximumLength}")
            {
                Advice = $"{Agree}, or raise -MaximumLength. {Kept}",
                BytesTransferred = _buffer.Count,
            };
    }
}
