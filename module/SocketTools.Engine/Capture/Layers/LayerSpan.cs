using System;

namespace SocketTools;

/// <summary>Where a layer is in its packet.</summary>
/// <param name="Packet">The packet.</param>
/// <param name="Start">Its first byte; behind <paramref name="End"/> where the capture stopped before it.</param>
/// <param name="End">The end of what was captured of it.</param>
/// <param name="WireEnd">Its end as it was sent; never before <paramref name="Start"/>.</param>
internal readonly record struct LayerSpan(SocketPacket Packet, int Start, int End, int WireEnd)
{
    /// <summary>What was captured.</summary>
    public ReadOnlySpan<byte> Bytes => Start < End ? Packet.Bytes.AsSpan(Start, End - Start) : default;

    /// <summary>Bytes that were captured.</summary>
    public int Captured => Math.Max(0, End - Start);

    /// <summary>Bytes that were sent.</summary>
    public int Length => WireEnd - Start;

    /// <summary>What is behind a header that is not longer than <see cref="Length"/>.</summary>
    public LayerSpan After(int header) => new(Packet, Start + header, End, WireEnd);

    /// <summary>The same, ending where a header says.</summary>
    public LayerSpan Bounded(int length) => length >= Length ? this : new(Packet, Start, Math.Min(End, Start + length), Start + length);
}
