using System;
using SocketTools.Capture;

namespace SocketTools;

/// <summary>One packet of a sequence diagram, and what it did.</summary>
[Formatting.TypeFormatterSource]
public sealed record SocketSequenceStep
{
    /// <summary>1 for the first.</summary>
    public required int Number { get; init; }

    /// <summary>The packet itself.</summary>
    public required SocketPacket Packet { get; init; }

    /// <summary>How long after the first packet of the diagram.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Who sent it.</summary>
    public required SocketSequenceSide From { get; init; }

    /// <summary>Who it is for.</summary>
    public SocketSequenceSide To => From == SocketSequenceSide.Client ? SocketSequenceSide.Server : SocketSequenceSide.Client;

    /// <summary>What stands at the arrow: flags, numbers, length, and the beginning of the payload.</summary>
    public string Label => HasPayload ? StepLabels.WithPayload(Head, Packet.Payload) : Head;

    /// <summary>The number of its first byte: relative to the SYN, which is 0, or as it is in the header; null for what is no TCP.</summary>
    public long? SequenceNumber { get; init; }

    /// <summary>The number of the next byte that the sender waits for, counted in the same way; null where it acknowledges nothing.</summary>
    public long? AcknowledgmentNumber { get; init; }

    /// <summary>Bytes of payload, as they were on the wire.</summary>
    public int Length { get; init; }

    /// <summary>How many bytes more its sender would take, scaled by what the SYN of that side said (RFC 7323); as in the header where the SYN was not captured; null for what is no TCP.</summary>
    public long? Window { get; init; }

    /// <summary>The client's state once the packet has been sent, or has come; null where it is not known.</summary>
    public string? ClientState { get; init; }

    /// <summary>The server's state once the packet has come, or has been sent; null where it is not known.</summary>
    public string? ServerState { get; init; }

    /// <summary>The part of the connection's life.</summary>
    public SocketSequencePhase Phase { get; init; }

    /// <summary>What is remarkable about it.</summary>
    public SocketSequenceEvents Events { get; init; }

    /// <summary>The same in words; empty where there is nothing to say.</summary>
    public string Note { get; init; } = "";

    /// <summary>The label without the payload.</summary>
    internal string Head => StepLabels.Head(this);

    /// <summary>Whether the label has a payload to show. That of an ICMP error is the packet that it quotes.</summary>
    internal bool HasPayload => Length > 0 && Packet.Icmp is null && Packet.Payload.Length > 0;

    /// <inheritdoc/>
    public override string ToString() => $"{From} to {To}: {Label}";
}
