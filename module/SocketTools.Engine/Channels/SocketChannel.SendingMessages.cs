using System;
using System.Buffers;
using System.Net.Sockets;
using SocketTools.Calls;

namespace SocketTools;

public sealed partial class SocketChannel
{
    // The most that one read of many small messages takes, and one message is gathered in.
    private const int MessageBlockSize = 64 * 1024;

    // Many messages go out in larger blocks: a receiver that is faster than this side sleeps and is woken less often, which costs this side more than the copy.
    private const int GatherSize = 512 * 1024;
    private const int ManyMessages = 64;
    private const int SmallFrame = 512;

    /// <summary>Sends one message, its frame in one send(2) as far as the kernel takes it.</summary>
    /// <param name="message">The message; it may be empty. The memory is the caller's again on return.</param>
    /// <param name="framing">How the receiver tells messages apart.</param>
    /// <param name="maximumLength">Bytes that a message may have.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <exception cref="SocketCallException">
    /// EMSGSIZE: longer than the limit or than its prefix can say. EINVAL: it has the delimiter in it. Nothing went out then.
    /// EOPNOTSUPP: no stream. And those of <see cref="Send(ReadOnlySpan{byte}, SocketWait)"/>; BytesTransferred counts the bytes of the frame that went out.
    /// </exception>
    public void SendMessage(ReadOnlySpan<byte> message, MessageFraming framing, int maximumLength, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(framing);
        CheckFrames("send");
        if (framing.Refuse(message, maximumLength, ToTarget()) is { } refused)
        {
            throw refused;
        }

        long size = message.Length + (long)framing.Overhead;
        if (size > MessageBlockSize)
        {
            SendLongMessage(message, framing, wait);
        }
        else if (size <= SmallFrame)
        {
            Span<byte> block = stackalloc byte[SmallFrame];
            SendFrame(block[..framing.Write(message, block)], wait);
        }
        else
        {
            byte[] block = ArrayPool<byte>.Shared.Rent((int)size);
            try
            {
                SendFrame(block.AsSpan(0, framing.Write(message, block)), wait);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }
    }

    /// <summary>
    /// Sends many messages, gathered into blocks of up to 512 KiB. A block goes out when it is full, and at the end. The messages of other threads may
    /// come between two blocks, never into one.
    /// </summary>
    /// <exception cref="SocketCallException">
    /// Those of <see cref="SendMessage"/>. What stands before a message that is refused has gone out. BytesTransferred counts the bytes of all frames.
    /// </exception>
    public void SendMessages(ReadOnlySpan<ReadOnlyMemory<byte>> messages, MessageFraming framing, int maximumLength, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(framing);
        CheckFrames("send");
        byte[] block = ArrayPool<byte>.Shared.Rent(messages.Length < ManyMessages ? MessageBlockSize : GatherSize);
        long sent = 0;
        try
        {
            while (!messages.IsEmpty)
            {
                int count = framing.Gather(messages, maximumLength, block, out int filled);
                if (count > 0)
                {
                    sent += SendBlock(block.AsSpan(0, filled), sent, wait);
                    messages = messages[count..];
                    continue;
                }

                ReadOnlySpan<byte> message = messages[0].Span;
                if (framing.Refuse(message, maximumLength) is { } refused)
                {
                    throw new SocketCallException("send", refused.Errno, ToTarget(), refused.Detail) { Advice = refused.Advice, BytesTransferred = sent };
                }

                sent += SendLongMessage(message, framing, wait, sent);
                messages = messages[1..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    // A socket that keeps boundaries needs no frames, and would cut one that is read in pieces.
    private void CheckFrames(string operation) =>
        CheckStream(operation, "keeps the boundaries of messages itself", "Frames are for streams. Here Send-SocketByte sends each message as one packet.");

    private void SendFrame(ReadOnlySpan<byte> frame, SocketWait wait)
    {
        using Turn turn = Enter(_sendGate, "send", wait);
        SendPart(frame, 0, frame.Length, wait);
    }

    // A size of 0 is one that is not told: what went out may be several frames.
    private int SendBlock(ReadOnlySpan<byte> frames, long sent, SocketWait wait)
    {
        if (frames.Length > 0)
        {
            using Turn turn = Enter(_sendGate, "send", wait);
            SendPart(frames, sent, 0, wait);
        }

        return frames.Length;
    }

    // Only the ends of the frame are copied: its prefix with the beginning of the message, and what stands behind it.
    private long SendLongMessage(ReadOnlySpan<byte> message, MessageFraming framing, SocketWait wait, long sent = 0)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(MessageBlockSize);
        try
        {
            int start = framing.WriteStart(message.Length, block);
            long size = (long)start + message.Length + framing.End.Length;
            long shown = sent == 0 ? size : 0;
            using Turn turn = Enter(_sendGate, "send", wait);
            ReadOnlySpan<byte> rest = message;
            if (start > 0)
            {
                int head = Math.Min(message.Length, MessageBlockSize - start);
                message[..head].CopyTo(block.AsSpan(start));
                SendPart(block.AsSpan(0, start + head), sent, shown, wait);
                rest = message[head..];
            }

            SendPart(rest, sent + size - framing.End.Length - rest.Length, shown, wait);
            SendPart(framing.End, sent + size - framing.End.Length, shown, wait);
            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    // A frame of which only the beginning went out cannot be mended by the next message.
    private void SendPart(ReadOnlySpan<byte> part, long before, long size, SocketWait wait)
    {
        try
        {
            SendAll(part, MessageFlags.None, wait);
        }
        catch (SocketCallException e) when (before + e.BytesTransferred > 0)
        {
            long sent = before + e.BytesTransferred;
            string reason = ErrnoTable.Get(e.Errno).Meaning;
            throw new SocketCallException("send", e.Errno, ToTarget(), $"{reason}, {sent}{(size == 0 ? "" : $" of {size}")} bytes went out")
            {
                Advice = e.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK
                    ? "The receiver has the beginning of a message, and would take what comes next for its rest: close the channel."
                    : e.Advice,
                BytesTransferred = sent,
            };
        }
    }
}
