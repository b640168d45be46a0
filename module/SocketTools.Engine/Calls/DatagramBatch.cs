using System;
using System.Collections.Concurrent;
using System.Net;

namespace SocketTools.Calls;

/// <summary>One datagram as it came, its bytes aside: they are in the batch.</summary>
internal struct DatagramArrival
{
    /// <summary>Bytes that the sender sent. On macOS and Windows no more than there was room for.</summary>
    public int Length;

    /// <summary>Bytes in the batch.</summary>
    public int Count;

    /// <summary>There was not room for all of it; the rest is gone.</summary>
    public bool Truncated;

    /// <summary>The sender; null where it has no name.</summary>
    public EndPoint? Remote;

    /// <summary>When it arrived: ticks of a <see cref="DateTime"/> in UTC. 0 where the kernel does not say.</summary>
    public long Ticks;

    /// <summary>The address it was sent to; null where the system does not say.</summary>
    public IPAddress? Destination;

    /// <summary>The interface it came by; 0 where the system does not say.</summary>
    public int Interface;

    /// <summary>How many the kernel has dropped before it because the receive buffer was full; -1 where the system does not say.</summary>
    public int Dropped;
}

/// <summary>Room for some datagrams, in memory that does not move, to be filled by one call. Used by one thread at a time.</summary>
internal sealed class DatagramBatch
{
    /// <summary>The most datagrams of one call.</summary>
    public const int LargestCount = 64;

    /// <summary>Bytes that the largest datagram of all has; UDP's has a few less.</summary>
    public const int LargestSize = 64 * 1024;

    /// <summary>Bytes for the address of each datagram: sizeof(struct sockaddr_storage).</summary>
    public const int NameSize = 128;

    /// <summary>Bytes for what comes beside each datagram.</summary>
    public const int ControlSize = 128;

    // Without it the beginnings of all datagrams, at multiples of 64 KiB, would fall into one and the same set of the processor's caches.
    private const int Gap = 3 * 64;

    private static readonly ConcurrentBag<DatagramBatch> s_single = [];
    private static readonly ConcurrentBag<DatagramBatch> s_many = [];

    private readonly bool _pooled;

    /// <summary>Room for some datagrams of some bytes each.</summary>
    public DatagramBatch(int count, int size)
        : this(count, size, pooled: false)
    {
    }

    private DatagramBatch(int count, int size, bool pooled)
    {
        _pooled = pooled;
        Size = size;
        Stride = size + Gap;
        Arrivals = new DatagramArrival[count];

        // Not cleared: pages that no datagram reaches are never taken from the system.
        Data = GC.AllocateUninitializedArray<byte>(count * Stride, pinned: true);
        Native = GC.AllocateArray<byte>(count * (NameSize + ControlSize + NativeHeaderSize), pinned: true);
    }

    /// <summary>Bytes for the native headers of each datagram (struct mmsghdr and struct iovec).</summary>
    public const int NativeHeaderSize = 128;

    /// <summary>Datagrams that there is room for.</summary>
    public int Count => Arrivals.Length;

    /// <summary>Bytes of each that are wanted.</summary>
    public int Size { get; private set; }

    /// <summary>Bytes from one to the next.</summary>
    public int Stride { get; }

    /// <summary>What is known of each.</summary>
    public DatagramArrival[] Arrivals { get; }

    /// <summary>The bytes, one datagram after another at multiples of <see cref="Stride"/>. Pinned.</summary>
    public byte[] Data { get; }

    /// <summary>Memory for the headers, names and control messages of the system's call. Pinned.</summary>
    public byte[] Native { get; }

    /// <summary>The address last seen, so that a datagram of the same sender makes no new object.</summary>
    public EndPoint? LastRemote { get; set; }

    /// <summary>The bytes of the address last seen.</summary>
    public byte[] LastName { get; } = new byte[NameSize];

    /// <summary>How many bytes the address last seen has.</summary>
    public int LastNameLength { get; set; }

    /// <summary>The destination last seen.</summary>
    public IPAddress? LastDestination { get; set; }

    /// <summary>The bytes of the destination last seen.</summary>
    public byte[] LastDestinationBytes { get; set; } = [];

    /// <summary>The origin of the datagram last made of this batch.</summary>
    public DatagramOrigin? LastOrigin { get; set; }

    /// <summary>The room of one datagram.</summary>
    public Span<byte> Room(int index) => Data.AsSpan(index * Stride, Size);

    /// <summary>The bytes of one datagram that came.</summary>
    public Span<byte> Payload(int index) => Data.AsSpan(index * Stride, Arrivals[index].Count);

    /// <summary>Room for one or for many datagrams of any size, out of a pool.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="size">Bytes of each that are wanted, at most <see cref="LargestSize"/>.</param>
    public static DatagramBatch Rent(int count, int size = LargestSize)
    {
        ConcurrentBag<DatagramBatch> pool = count == 1 ? s_single : s_many;
        DatagramBatch batch = pool.TryTake(out DatagramBatch? pooled) ? pooled : new DatagramBatch(count == 1 ? 1 : LargestCount, LargestSize, pooled: true);
        batch.Size = size;
        return batch;
    }

    /// <summary>Gives it back to the pool, if it came out of it.</summary>
    public void Return()
    {
        LastOrigin = null; // A batch in the pool keeps no channel alive.
        if (_pooled)
        {
            (Count == 1 ? s_single : s_many).Add(this);
        }
    }
}
