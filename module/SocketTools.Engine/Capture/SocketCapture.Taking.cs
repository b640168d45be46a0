using System;
using System.Collections.Generic;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Capture;

namespace SocketTools;

public sealed partial class SocketCapture
{
    /// <summary>Takes packets while it runs, each as soon as the kernel hands it over, which is some milliseconds after it came.</summary>
    /// <param name="count">How many; null for as many as come. The capture goes on behind the last of them.</param>
    /// <param name="wait">
    /// For how long in all, not for each of them. When that is over the capture is stopped, and the packets that were sent until then come too; where a count was
    /// asked for, and fewer came, there is an error behind them.
    /// </param>
    /// <returns>The packets, in the order in which the kernel had them. It ends where somebody stops the capture, who then has the others, and where it fails.</returns>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK: fewer than the count came in time.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped. The capture goes on.</exception>
    public IEnumerable<SocketPacket> Watch(long? count, SocketWait wait)
    {
        long left = count ?? long.MaxValue;
        Deadline deadline = Deadline.After(wait.Timeout);
        using (wait.Stop.UnsafeRegister(static state => ((SocketCapture)state!).WakeWatchers(), this))
        {
            for (; left > 0 && TakeNext(deadline, wait.Stop) is { } packet; left--)
            {
                yield return packet;
            }
        }

        if (left == 0 || !TryStop(TimeSpan.Zero, wait))
        {
            yield break;
        }

        foreach (SocketPacket packet in Decode())
        {
            yield return packet;
            if (--left == 0)
            {
                yield break;
            }
        }

        if (count is not null && _error is null)
        {
            throw new SocketCallException("poll", wait.TimeoutErrno, this, $"{count - left} of {count} packets came in time")
            {
                Advice = "Raise -TimeoutSeconds (-1 waits for ever), or look whether the filter fits what is sent.",
            };
        }
    }

    // Null where the time is over or the capture ends.
    private SocketPacket? TakeNext(Deadline deadline, CancellationToken stop)
    {
        long number;
        FrameStore.Header header;
        ReadOnlySpan<byte> bytes;
        lock (_store)
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                if (_ending || deadline.Passed)
                {
                    return null;
                }

                if (_store.TryTake(out number, out header, out bytes))
                {
                    break;
                }

                if (_error is not null)
                {
                    return null;
                }

                Monitor.Wait(_store, deadline.Remaining);
            }
        }

        return Decode(number, header, bytes);
    }

    // When nobody adds any more.
    private IEnumerable<SocketPacket> Decode()
    {
        try
        {
            while (TakeNext() is { } packet)
            {
                yield return packet;
            }
        }
        finally
        {
            lock (_store)
            {
                _store.Clear(); // Where the pipeline ended before, nobody gets the others.
            }
        }
    }

    private SocketPacket? TakeNext()
    {
        long number;
        FrameStore.Header header;
        ReadOnlySpan<byte> bytes;
        lock (_store)
        {
            if (!_store.TryTake(out number, out header, out bytes))
            {
                return null;
            }
        }

        return Decode(number, header, bytes);
    }

    private SocketPacket Decode(long number, in FrameStore.Header header, ReadOnlySpan<byte> bytes)
    {
        PacketDirection direction = header.PacketType == PacketNumbers.PACKET_OUTGOING ? PacketDirection.Outgoing : PacketDirection.Incoming;
        return SocketPacket.Decode(number, header.Nanoseconds, _cooked ? LinkType.LinuxCooked : LinkType.Ethernet, bytes, header.Length, _socket.InterfaceName(header.Interface), direction);
    }

    private void WakeWatchers()
    {
        lock (_store)
        {
            Monitor.PulseAll(_store);
        }
    }
}
