using System;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    // A message that has no room is cut; the kernel's default limit for one is 208 KiB.
    private const int MessageSize = 256 * 1024;

    /// <summary>
    /// Sends all of it, and takes what the peer sends meanwhile into the buffer. A peer that answers while it is still being asked would
    /// otherwise fill both directions, and each side would wait for the other.
    /// </summary>
    /// <param name="data">The bytes.</param>
    /// <param name="maximumLength">The most to keep.</param>
    /// <param name="wait">How long to wait without progress in either direction.</param>
    /// <exception cref="SocketCallException">Those of <see cref="Send(ReadOnlySpan{byte}, SocketWait)"/>, and EMSGSIZE. What arrived is in the buffer.</exception>
    internal void SendReceiving(ReadOnlySpan<byte> data, int maximumLength, SocketWait wait)
    {
        using Turn sending = Enter(_sendGate, "send", wait);
        using Turn receiving = Enter(_receiveGate, "recv", wait);
        int sent = 0;
        try
        {
            while (sent < data.Length)
            {
                int count = _calls.Send(_handle, data[sent..], MessageFlags.None, wait.Trace);
                if (count >= 0)
                {
                    LogTransfer(TransferCall.Send, data.Length - sent, count, null, data[sent..]);
                    CountSent(count);
                    sent += count;
                    continue;
                }

                if (count != -(int)Errno.EWOULDBLOCK)
                {
                    LogTransfer(TransferCall.Send, data.Length - sent, count, null);
                    TakeArrived(maximumLength, wait);
                    Check("send", count);
                }

                WaitUntil(_endSeen ? PollEvents.Write : PollEvents.Write | PollEvents.Read, "send", wait);
                TakeArrived(maximumLength, wait);
            }
        }
        catch (SocketCallException e) when (data.Length > 1)
        {
            string reason = e.Detail ?? ErrnoTable.Get(e.Errno).Meaning;
            throw new SocketCallException(e.Operation, e.Errno, ToTarget(), $"{reason}, {sent} of {data.Length} bytes went out", e)
            {
                Advice = e.Advice,
                BytesTransferred = sent,
            };
        }
    }

    /// <summary>So many bytes, or fewer where the stream ends before.</summary>
    /// <returns>The bytes; null where there were none.</returns>
    internal byte[]? ReceiveUpTo(int count, SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        while (_buffer.Count < count && Fill(Math.Min(count - _buffer.Count, DefaultReceiveSize), count - _buffer.Count, wait))
        {
        }

        return TakeUpTo(count);
    }

    /// <summary>What is in the buffer, also of a channel that nobody can receive on any more.</summary>
    internal byte[] TakeAllBuffered() => TakeUpTo(int.MaxValue) ?? [];

    private byte[]? TakeUpTo(int count)
    {
        byte[] bytes = new byte[Math.Min(count, _buffer.Count)];
        _buffer.Take(bytes);
        return bytes.Length == 0 ? null : bytes;
    }

    // Whatever the kernel has. An error of the receive is left to the receive that comes after.
    private void TakeArrived(int maximumLength, SocketWait wait)
    {
        int size = IsStream ? DefaultReceiveSize : MessageSize;
        while (!_endSeen)
        {
            Span<byte> room = _buffer.Room(size);
            int count = _calls.Receive(_handle, room, MessageFlags.None, wait.Trace);
            if (count < 0)
            {
                return;
            }

            LogTransfer(TransferCall.Receive, room.Length, count, null, room);
            CountReceived(count);
            _buffer.Commit(count);
            if (_buffer.Count > maximumLength)
            {
                throw TooLong(maximumLength);
            }
        }
    }
}
