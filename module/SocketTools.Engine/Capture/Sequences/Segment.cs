using System;

namespace SocketTools.Capture;

/// <summary>What the state machine needs to know of a TCP segment.</summary>
internal sealed record Segment
{
    public required SocketSequenceSide From { get; init; }

    /// <summary>Nanoseconds, from any origin.</summary>
    public long Time { get; init; }

    public uint Sequence { get; init; }

    public uint Acknowledgment { get; init; }

    public bool Syn { get; init; }

    public bool Ack { get; init; }

    public bool Fin { get; init; }

    public bool Rst { get; init; }

    /// <summary>Bytes of data on the wire.</summary>
    public int Length { get; init; }

    /// <summary>The window field as it is in the header.</summary>
    public int Window { get; init; }

    /// <summary>The shift of the window scale option of a SYN (RFC 7323), at most 14.</summary>
    public int? WindowScale { get; init; }

    /// <summary>The blocks of the SACK option (RFC 2018), begin and end.</summary>
    public (uint From, uint To)[] Sack { get; init; } = Array.Empty<(uint, uint)>();

    /// <summary>How many sequence numbers it takes: SYN and FIN count as one each.</summary>
    public int Space => Length + (Syn ? 1 : 0) + (Fin ? 1 : 0);

    /// <summary>An acknowledgment and nothing else.</summary>
    public bool Pure => Ack && Space == 0 && !Rst;
}
