using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// Gathers datagrams that follow each other closely, and sends them with one call. One that comes after a pause goes out at once; no other is held longer
/// than a millisecond or two.
/// </summary>
/// <remarks>One thread adds; the timer may send on another one. Errors of datagrams that went out later are handed to the next caller of <see cref="TakeErrors"/>.</remarks>
internal sealed class DatagramOutbox : IDisposable
{
    private const int LargestBytes = 256 * 1024;
    private const int HeldMilliseconds = 1;

    private static readonly long s_pause = Stopwatch.Frequency / 1000;

    private readonly object _lock = new();
    private readonly SocketChannel _channel;
    private readonly EndPoint? _to;
    private readonly SocketWait _wait;
    private readonly DatagramBatch _batch = DatagramBatch.Rent(DatagramBatch.LargestCount);
    private readonly CancellationTokenSource _end;
    private readonly Timer _timer;
    private readonly List<SocketCallException> _errors = [];
    private Exception? _stopped;
    private int _count;
    private int _bytes;
    private long _last;
    private bool _disposed;
    private int _ending;

    /// <summary>An outbox for one channel and one destination.</summary>
    public DatagramOutbox(SocketChannel channel, EndPoint? to, SocketWait wait)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(wait.Stop);
        (_channel, _to, _wait) = (channel, to, wait with { Trace = null, Stop = _end.Token });
        _timer = new Timer(static state => ((DatagramOutbox)state!).Send(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Sends a datagram, at once or very soon. Its bytes are the caller's again on return.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            bool afterPause = now - _last > s_pause;
            _last = now;
            if (data.Length > _batch.Size || (afterPause && _count == 0))
            {
                SendGathered(_wait);
                _channel.SendDatagram(data, _to, _wait);
                return;
            }

            data.CopyTo(_batch.Room(_count));
            _batch.Arrivals[_count++].Count = data.Length;
            _bytes += data.Length;
            if (_count == _batch.Count || _bytes > LargestBytes)
            {
                SendGathered(_wait);
            }
            else if (_count == 1)
            {
                _timer.Change(HeldMilliseconds, Timeout.Infinite);
            }
        }
    }

    /// <summary>Sends what was gathered.</summary>
    public void Send()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                SendGathered(_wait);
            }
        }
    }

    /// <summary>The errors of datagrams that could not be sent, in order; each once.</summary>
    public IReadOnlyList<SocketCallException> TakeErrors()
    {
        lock (_lock)
        {
            if (_stopped is not null)
            {
                throw _stopped;
            }

            if (_errors.Count == 0)
            {
                return [];
            }

            SocketCallException[] taken = [.. _errors];
            _errors.Clear();
            return taken;
        }
    }

    /// <summary>Sends what was gathered without waiting for room, and ends. A wait for room that goes on, on whichever thread, ends too.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ending, 1) != 0)
        {
            return;
        }

        _end.Cancel(); // Before the lock: who waits for room has it.
        _timer.Dispose();
        lock (_lock)
        {
            SendGathered(_wait with { Timeout = TimeSpan.Zero });
            _disposed = true;
            _batch.Return();
        }

        _end.Dispose();
    }

    // The caller has the lock. One that fails does not take the others with it.
    private void SendGathered(SocketWait wait)
    {
        int next = 0;
        while (next < _count && _stopped is null)
        {
            try
            {
                _channel.SendDatagrams(_batch, ref next, _count, _to, wait);
            }
            catch (SocketCallException e)
            {
                _errors.Add(e);
                next++;
            }
            catch (OperationCanceledException e)
            {
                _stopped = e; // The pipeline is being stopped.
            }
        }

        (_count, _bytes) = (0, 0);
    }
}
