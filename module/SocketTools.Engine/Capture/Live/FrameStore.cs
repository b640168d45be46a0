using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace SocketTools.Capture;

/// <summary>The packets that a capture keeps, as bytes, one after another in large pieces. When there is no room the oldest go.</summary>
/// <remarks>
/// One thread adds. Whoever adds, takes or goes through it holds its lock; the counts may be looked at without. What was taken may be read without too: the
/// memory of a packet is not used again.
/// </remarks>
internal sealed class FrameStore
{
    // Larger than a packet can be, so that each is in one piece.
    private const int PieceSize = 1024 * 1024;

    private static readonly int s_headerSize = Marshal.SizeOf<Header>();

    private readonly Queue<Piece> _pieces = new();
    private readonly long _maximumPackets;
    private readonly Func<int, byte[]> _allocate;
    private long _maximumBytes;
    private Piece? _last;
    private long _added;
    private long _removed; // taken, or discarded
    private long _discarded;
    private long _bytes;

    /// <summary>Makes an empty one.</summary>
    /// <param name="maximumPackets">How many it keeps.</param>
    /// <param name="maximumBytes">How many bytes it keeps, headers included.</param>
    /// <param name="allocate">Gives memory; null for that of the runtime.</param>
    public FrameStore(long maximumPackets, long maximumBytes, Func<int, byte[]>? allocate = null) =>
        (_maximumPackets, _maximumBytes, _allocate) = (maximumPackets, maximumBytes, allocate ?? (static length => GC.AllocateUninitializedArray<byte>(length)));

    /// <summary>How many are kept.</summary>
    public long Count => Volatile.Read(ref _added) - Volatile.Read(ref _removed);

    /// <summary>How many went because there was no room.</summary>
    public long Discarded => Volatile.Read(ref _discarded);

    /// <summary>How many there ever were.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>Makes room for a packet at the end and gives it, to be filled at once.</summary>
    public Span<byte> Add(in Header header)
    {
        int size = (s_headerSize + header.Captured + 7) & ~7;
        while (Count > 0 && (Count >= _maximumPackets || _bytes + size > _maximumBytes))
        {
            DiscardOldest();
        }

        if (_last is null || _last.Memory.Length - _last.End < size)
        {
            Piece added = new(Allocate(Math.Max(PieceSize, size)));
            if (_last is not null)
            {
                _last.Next = added;
                if (_last.Start == _last.End)
                {
                    _pieces.Dequeue(); // All that was in it is gone, and so is all that was before it.
                }
            }

            _last = added;
            _pieces.Enqueue(added);
        }

        Span<byte> room = _last.Memory.AsSpan(_last.End, size);
        MemoryMarshal.Write(room, in header);
        _last.End += size;
        _bytes += size;
        Volatile.Write(ref _added, _added + 1);
        return room.Slice(s_headerSize, header.Captured);
    }

    /// <summary>Goes on from a place to the next packet; false at the end. A place whose packet is gone goes on at the oldest packet.</summary>
    public bool Next(scoped ref Place place, out Header header, out ReadOnlySpan<byte> bytes)
    {
        if (place.Piece is null || place.Number < _removed)
        {
            place = new Place(_pieces.TryPeek(out Piece? first) ? first : null, first?.Start ?? 0, _removed);
        }

        if (place.Number == _added)
        {
            header = default;
            bytes = default;
            return false;
        }

        Piece piece = place.Piece!;
        int at = place.Offset;
        if (at == piece.End)
        {
            (piece, at) = (piece.Next!, 0);
        }

        header = MemoryMarshal.Read<Header>(piece.Memory.AsSpan(at));
        bytes = piece.Memory.AsSpan(at + s_headerSize, header.Captured);
        place = new Place(piece, at + ((s_headerSize + header.Captured + 7) & ~7), place.Number + 1);
        return true;
    }

    /// <summary>Takes the oldest packet away; false where there is none. Its memory goes when the pieces are through.</summary>
    /// <param name="number">Which one it is of all that there ever were, from 1.</param>
    /// <param name="header">What is known of it.</param>
    /// <param name="bytes">The packet.</param>
    public bool TryTake(out long number, out Header header, out ReadOnlySpan<byte> bytes)
    {
        Place place = default;
        bool found = Next(ref place, out header, out bytes);
        number = place.Number;
        if (found)
        {
            RemoveOldest();
        }

        return found;
    }

    /// <summary>Lets go of all of them.</summary>
    public void Clear()
    {
        _pieces.Clear();
        _last = null;
        _bytes = 0;
        Volatile.Write(ref _removed, _added);
    }

    // Where there is no memory for as much as was allowed (the limit of a container), half of what there is goes: the rest of the process needs some too.
    private byte[] Allocate(int length)
    {
        try
        {
            return _allocate(length);
        }
        catch (OutOfMemoryException) when (Count > 0)
        {
            _maximumBytes = _bytes / 2;
            while (_bytes > _maximumBytes)
            {
                DiscardOldest();
            }

            return _allocate(length);
        }
    }

    private void DiscardOldest()
    {
        RemoveOldest();
        Volatile.Write(ref _discarded, _discarded + 1);
    }

    private void RemoveOldest()
    {
        Piece first = _pieces.Peek();
        Header header = MemoryMarshal.Read<Header>(first.Memory.AsSpan(first.Start));
        int size = (s_headerSize + header.Captured + 7) & ~7;
        first.Start += size;
        _bytes -= size;
        Volatile.Write(ref _removed, _removed + 1);
        if (first.Start == first.End && first != _last)
        {
            _pieces.Dequeue(); // The last one stays for those that come, as long as it has room.
        }
    }

    /// <summary>What is known of a packet beside its bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Header(long Nanoseconds, int Captured, int Length, int Interface, byte PacketType);

    /// <summary>A place between two packets. The default is before the first.</summary>
    public readonly record struct Place(Piece? Piece, int Offset, long Number);

    /// <summary>Memory that is full of packets from a start to an end.</summary>
    public sealed class Piece(byte[] memory)
    {
        public byte[] Memory { get; } = memory;

        public Piece? Next { get; set; }

        public int Start { get; set; }

        public int End { get; set; }
    }
}
