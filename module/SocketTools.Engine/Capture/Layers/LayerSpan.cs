using System;

namespace SocketTools;

/// <summary>Where a layer is in its packet.</summary>
/// <param name="Packet">The packet.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The end of what was captured of it.</param>
/// <param name="WireEnd">Its end as it was sent; not before <paramref name="End"/>.</param>
internal readonly record struct LayerSpan(SocketPacket Packet, int Start, int End, int WireEnd)
{
    /// <summary>What was captured.</summary>
    public ReadOnlySpan<byte> Bytes => Packet.Bytes.AsSpan(Start, End - Start);

    /// <summary>Bytes that were captured.</summary>
    public int Captured => End - Start;

    /// <summary>Bytes that were sent.</summary>
    public int Length => WireEnd - Start;

    /// <summary>What is behind a header, or at the end of it all.</summary>
    public LayerSpan After(int header) => this with { Start = int.Min(Start + header, End), WireEnd = int.Max(WireEnd, int.Min(Start + header, End)) };

    /// <summary>The same, ending where a header says.</summary>
    public LayerSpan Bounded(int length) => length >= Length ? this : this with { WireEnd = Start + length, End = int.Min(End, Start + length) };
}
