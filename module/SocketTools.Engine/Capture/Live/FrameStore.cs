using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace SocketTools.Capture;

/// <summary>The packets that a capture keeps, as bytes, one after another in large pieces. When there is no room the oldest go.</summary>
/// <remarks>One thread adds; others may look at the counts. It is read when nobody adds any more.</remarks>
internal sealed class FrameStore
{
    // Larger than a packet can be, so that each is in one piece.
    private const int PieceSize = 1024 * 1024;

    private static readonly int s_headerSize = Marshal.SizeOf<Header>();

    private readonly Queue<Piece> _pieces = new();
    private readonly long _maximumPackets;
    private readonly long _maximumBytes;
    private Piece? _last;
    private long _added;
    private long _discarded;
    private long _bytes;

    public FrameStore(long maximumPackets, long maximumBytes) => (_maximumPackets, _maximumBytes) = (maximumPackets, maximumBytes);

    /// <summary>How many are kept.</summary>
    public long Count => Volatile.Read(ref _added) - Volatile.Read(ref _discarded);

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
            Piece added = new(Math.Max(PieceSize, size));
            if (_last is not null)
            {
                _last.Next = added;
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

    /// <summary>Goes on from a place to the next packet; false at the end. A place that was discarded goes on at the oldest packet.</summary>
    public bool Next(scoped ref Place place, out Header header, out ReadOnlySpan<byte> bytes)
    {
        if (place.Piece is null || place.Number < _discarded)
        {
            place = new Place(_pieces.TryPeek(out Piece? first) ? first : null, first?.Start ?? 0, _discarded);
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
            // The next one does not follow it where this one was discarded before there was a next.
            (piece, at) = (piece.Next ?? _pieces.Peek(), 0);
        }

        header = MemoryMarshal.Read<Header>(piece.Memory.AsSpan(at));
        bytes = piece.Memory.AsSpan(at + s_headerSize, header.Captured);
        place = new Place(piece, at + ((s_headerSize + header.Captured + 7) & ~7), place.Number + 1);
        return true;
    }

    /// <summary>Takes the oldest packet away; false where there is none. Its memory goes when the pieces are through.</summary>
    public bool TryTake(out Header header, out ReadOnlySpan<byte> bytes)
    {
        Place place = default;
        bool found = Next(ref place, out header, out bytes);
        if (found)
        {
            DiscardOldest();
        }

        return found;
    }

    /// <summary>Lets go of all of them.</summary>
    public void Clear()
    {
        _pieces.Clear();
        _last = null;
        _bytes = 0;
        Volatile.Write(ref _discarded, _added);
    }

    private void DiscardOldest()
    {
        Piece first = _pieces.Peek();
        Header header = MemoryMarshal.Read<Header>(first.Memory.AsSpan(first.Start));
        int size = (s_headerSize + header.Captured + 7) & ~7;
        first.Start += size;
        _bytes -= size;
        Volatile.Write(ref _discarded, _discarded + 1);
        if (first.Start == first.End)
        {
            _pieces.Dequeue();
            if (first == _last)
            {
                _last = null;
            }
        }
    }

    /// <summary>What is known of a packet beside its bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Header(long Nanoseconds, int Captured, int Length, int Interface, byte PacketType);

    /// <summary>A place between two packets. The default is before the first.</summary>
    public readonly record struct Place(Piece? Piece, int Offset, long Number);

    /// <summary>Memory that is full of packets from a start to an end.</summary>
    public sealed class Piece(int size)
    {
        public byte[] Memory { get; } = GC.AllocateUninitializedArray<byte>(size);

        public Piece? Next { get; set; }

        public int Start { get; set; }

        public int End { get; set; }
    }
}
