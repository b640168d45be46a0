using System;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private readonly SemaphoreSlim _sendGate = new(1);
    private long _bytesSent;

    /// <summary>Sends all of it, in order (send(2)).</summary>
    /// <param name="data">The bytes. They are handed to the kernel, so the memory is the caller's again on return.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <exception cref="SocketCallException">
    /// EPIPE, ECONNRESET, ETIMEDOUT, ENOTCONN, EBADF. BytesTransferred says how many bytes went out before.
    /// </exception>
    public void Send(ReadOnlySpan<byte> data, SocketWait wait) => Send(data, MessageFlags.None, wait);

    private void Send(ReadOnlySpan<byte> data, MessageFlags flags, SocketWait wait)
    {
        if (KeepsBoundaries && flags == MessageFlags.None)
        {
            SendDatagram(data, null, wait);
            return;
        }

        using Turn turn = Enter(_sendGate, "send", wait);
        SendAll(data, flags, wait);
    }

    // The caller has the turn.
    private void SendAll(ReadOnlySpan<byte> data, MessageFlags flags, SocketWait wait)
    {
        int sent = 0;
        while (sent < data.Length)
        {
            int count = _calls.Send(_handle, data[sent..], flags, wait.Trace);
            if (count >= 0)
            {
                LogTransfer(TransferCall.Send, data.Length - sent, count, null, data[sent..]);
                sent += count;
                Interlocked.Add(ref _bytesSent, count);
                continue;
            }

            Errno errno = (Errno)(-count);
            try
            {
                if (errno != Errno.EWOULDBLOCK)
                {
                    LogTransfer(TransferCall.Send, data.Length - sent, count, null);
                    throw new SocketCallException("send", errno, ToTarget());
                }

                WaitUntil(PollEvents.Write, "send", wait);
            }
            catch (SocketCallException e) when (data.Length > 1)
            {
                string reason = ErrnoTable.Get(e.Errno).Meaning;
                throw new SocketCallException("send", e.Errno, ToTarget(), $"{reason}, {sent} of {data.Length} bytes went out")
                {
                    BytesTransferred = sent,
                };
            }
        }
    }

    /// <summary>The turn of sending, where it is free. Closing waits for it.</summary>
    internal bool TryEnterSending(out Turn turn)
    {
        bool free = _sendGate.Wait(0);
        turn = free ? new Turn(_sendGate) : default;
        return free;
    }
}
