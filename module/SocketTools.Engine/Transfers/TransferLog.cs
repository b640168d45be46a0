using System;
using System.Diagnostics;
using System.Net;
using SocketTools.Calls;

namespace SocketTools.Transfers;

/// <summary>
/// The last calls of one channel that moved bytes, in a ring that grows to 256 entries and then forgets the oldest. Always on, so an entry
/// costs no allocation, and no more than a look at the clock and a lock that is free. Safe from any thread.
/// </summary>
internal sealed class TransferLog
{
    /// <summary>Entries that are kept.</summary>
    public const int Capacity = 256;

    private const int FirstCapacity = 16;

    private readonly object _lock = new();
    private TransferEntry[] _ring = new TransferEntry[FirstCapacity];
    private long _count;
    private long _sends;
    private long _receives;
    private long _messagesSent;
    private long _messagesReceived;

    /// <summary>Adds one call.</summary>
    /// <param name="call">Which.</param>
    /// <param name="requested">Bytes that it was to move.</param>
    /// <param name="result">Bytes that it moved, or the negative of an errno.</param>
    /// <param name="offset">Bytes of the stream before it; -1 on a socket that keeps boundaries.</param>
    /// <param name="peer">Where a datagram went to or came from.</param>
    public void Add(TransferCall call, int requested, int result, long offset, EndPoint? peer)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            Add(now, call, requested, result, offset, peer);
        }
    }

    /// <summary>Adds the datagrams of one call.</summary>
    public void Add(TransferCall call, int requested, ReadOnlySpan<DatagramArrival> arrivals)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            foreach (ref readonly DatagramArrival arrival in arrivals)
            {
                Add(now, call, requested, arrival.Count, -1, arrival.Remote);
            }
        }
    }

    private void Add(long now, TransferCall call, int requested, int result, long offset, EndPoint? peer)
    {
        int index = (int)(_count & (Capacity - 1));
        if (index >= _ring.Length)
        {
            Array.Resize(ref _ring, 2 * _ring.Length);
        }

        ref TransferEntry entry = ref _ring[index];
        entry.Ticks = now;
        entry.Peer = peer;
        entry.Requested = requested;
        entry.Result = result;
        entry.Call = call;
        if (call.Receives())
        {
            entry.Number = ++_receives;
            entry.Offset = offset >= 0 ? offset : _messagesReceived;
            _messagesReceived += result < 0 ? 0 : 1;
        }
        else
        {
            entry.Number = ++_sends;
            entry.Offset = offset >= 0 ? offset : _messagesSent;
            _messagesSent += result < 0 ? 0 : 1;
        }

        _count++;
    }

    /// <summary>A copy, from the oldest to the newest.</summary>
    /// <param name="forgotten">Entries that the ring keeps no longer.</param>
    public TransferEntry[] Snapshot(out long forgotten)
    {
        lock (_lock)
        {
            int kept = (int)Math.Min(_count, Capacity);
            TransferEntry[] entries = new TransferEntry[kept];
            forgotten = _count - kept;
            int first = (int)(forgotten & (Capacity - 1));
            int tail = Math.Min(kept, _ring.Length - first);
            _ring.AsSpan(first, tail).CopyTo(entries);
            _ring.AsSpan(0, kept - tail).CopyTo(entries.AsSpan(tail));
            return entries;
        }
    }
}
