namespace SocketTools.Capture;

/// <summary>A segment with its numbers unwrapped, and with what is remarkable about it.</summary>
internal sealed class TracedSegment(Segment segment)
{
    public Segment Segment { get; } = segment;

    /// <summary>The first sequence number, unwrapped.</summary>
    public long Start { get; init; }

    /// <summary>The number behind its last one.</summary>
    public long End => Start + Segment.Space;

    /// <summary>What it acknowledges, unwrapped; of no meaning without ACK.</summary>
    public long Ack { get; init; }

    public SocketSequenceEvents Events { get; set; }

    /// <summary>The segment that this one repeats.</summary>
    public TracedSegment? Original { get; set; }

    /// <summary>The last segment of the other side that this one acknowledges for the first time, where it ends with what is acknowledged.</summary>
    public TracedSegment? Acknowledges { get; set; }

    /// <summary>How many numbers before it were not captured.</summary>
    public long Missing { get; set; }

    public bool Has(SocketSequenceEvents events) => (Events & events) != 0;
}
