using System;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    /// <summary>Sends bytes of which the last is urgent (MSG_OOB). TCP has one urgent byte at a time; a later one takes its place (RFC 6093).</summary>
    /// <exception cref="SocketCallException">EOPNOTSUPP: the protocol has none. And those of <see cref="Send(ReadOnlySpan{byte}, SocketWait)"/>.</exception>
    public void SendUrgent(ReadOnlySpan<byte> data, SocketWait wait) => Send(data, MessageFlags.OutOfBand, wait);

    /// <summary>The urgent byte, past everything that came before it (MSG_OOB). With OutOfBandInline set it comes in its place in the stream.</summary>
    /// <returns>One byte; null at the end of the stream.</returns>
    /// <exception cref="SocketCallException">EINVAL: there is none, it was taken, or it comes inline. ETIMEDOUT. EOPNOTSUPP.</exception>
    public byte[]? ReceiveUrgent(SocketWait wait)
    {
        using Turn turn = Enter(_receiveGate, "recv", wait);
        byte[] one = new byte[1];
        bool woken = false;
        while (true)
        {
            int count = _calls.Receive(_handle, one, MessageFlags.OutOfBand, wait.Trace);
            if (count >= 0)
            {
                LogTransfer(TransferCall.Receive, one.Length, count, null, one);
                System.Threading.Interlocked.Add(ref _bytesReceived, count); // not CountReceived: 0 does not end the stream
                return count == 0 ? null : one;
            }

            // EINVAL is "none has come" as well as "it is gone"; while the stream goes on one may still come.
            Errno errno = (Errno)(-count);
            if (errno is not (Errno.EWOULDBLOCK or Errno.EINVAL) || (errno == Errno.EINVAL && (woken || wait.Timeout == TimeSpan.Zero)))
            {
                // What woke was a reset, which MSG_OOB does not tell; or the byte comes inline and stays readable as long as it is there.
                if (woken && _calls.FinishConnect(_handle, wait.Trace) is < 0 and int reason)
                {
                    errno = (Errno)(-reason);
                }

                LogTransfer(TransferCall.Receive, one.Length, -(int)errno, null);
                throw errno == Errno.EINVAL
                    ? new SocketCallException("recv", errno, ToTarget(), "There is no urgent byte") { Advice = "Wait for one with -TimeoutSeconds, or receive it in its place with OutOfBandInline." }
                    : new SocketCallException("recv", errno, ToTarget());
            }

            WaitUntil(PollEvents.Priority, "recv", wait);
            woken = errno == Errno.EINVAL;
        }
    }
}
