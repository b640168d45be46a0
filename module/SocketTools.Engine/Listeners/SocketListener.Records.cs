using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Threading;

namespace SocketTools;

public sealed partial class SocketListener
{
    /// <summary>How many records are kept until somebody reads them; then the oldest go. A client must not be able to fill the memory.</summary>
    public const int KeptRecords = 10_000;

    private readonly ConcurrentQueue<ListenerRecord> _records = new();
    private long _droppedRecords;

    /// <summary>Records that went because nobody read them in time.</summary>
    public long DroppedRecords => Interlocked.Read(ref _droppedRecords);

    /// <summary>What handlers wrote and nobody read yet, oldest first. A copy.</summary>
    public IReadOnlyList<ListenerRecord> Records => _records.ToArray();

    /// <summary>Takes the oldest record.</summary>
    internal bool TryTakeRecord(out ListenerRecord? record) => _records.TryDequeue(out record);

    /// <summary>Keeps what a handler wrote.</summary>
    internal void Write(SocketChannel? channel, ListenerStream stream, object? value, EndPoint? sender = null)
    {
        _records.Enqueue(new ListenerRecord(DateTimeOffset.Now, sender ?? channel?.RemoteEndPoint, channel?.Descriptor ?? -1, stream, value));
        while (_records.Count > KeptRecords && _records.TryDequeue(out _))
        {
            Interlocked.Increment(ref _droppedRecords);
        }
    }
}
