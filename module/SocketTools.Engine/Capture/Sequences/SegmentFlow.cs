using System.Collections.Generic;

namespace SocketTools.Capture;

/// <summary>One direction of a connection, as the capture shows it.</summary>
internal sealed class SegmentFlow
{
    /// <summary>How far is looked back or ahead for a segment that belongs to another one, so that no capture, however odd, takes time with the square of its length.</summary>
    public const int MostOutstanding = 1024;

    private readonly Queue<TracedSegment> _outstanding = [];

    /// <summary>Whether any number of this direction has been seen.</summary>
    public bool Known { get; private set; }

    /// <summary>The number that is shown as 0: that of the SYN, or the one below the first that was seen.</summary>
    public long Base { get; private set; }

    /// <summary>The number behind all that was sent, as far as it was captured or acknowledged.</summary>
    public long Next { get; set; }

    /// <summary>When <see cref="Next"/> last jumped over a gap.</summary>
    public long GapTime { get; set; }

    /// <summary>The highest acknowledgment of the other side; 0 before there is one.</summary>
    public long Acked { get; private set; }

    /// <summary>What this side acknowledged last; 0 before it did.</summary>
    public long LastAck { get; set; }

    /// <summary>The window that this side announced last; -1 before it did.</summary>
    public int LastWindow { get; set; } = -1;

    /// <summary>How often it acknowledged the same number without anything else.</summary>
    public int Duplicates { get; set; }

    /// <summary>It sent a keep-alive or window probe that waits for an answer.</summary>
    public bool ProbePending { get; set; }

    public bool SynSeen { get; private set; }

    public RangeSet Seen { get; } = new();

    /// <summary>What the other side said to have received behind a gap.</summary>
    public RangeSet Selective { get; } = new();

    /// <summary>Segments that took sequence numbers and were not acknowledged yet, oldest first.</summary>
    public IEnumerable<TracedSegment> Outstanding => _outstanding;

    /// <summary>The first number of this direction, from a segment of its own.</summary>
    public long Begin(Segment segment)
    {
        long start = Known ? SequenceNumbers.Unwrap(segment.Sequence, Next) : SequenceNumbers.Origin + segment.Sequence;
        if (!Known || (segment.Syn && !SynSeen))
        {
            Base = segment.Syn ? start : start - 1;
            Next = Known ? Next : start;
            Known = true;
        }

        SynSeen |= segment.Syn;
        return start;
    }

    /// <summary>The number that the other side acknowledges.</summary>
    public long Acknowledge(uint number)
    {
        if (!Known)
        {
            Known = true;
            Next = SequenceNumbers.Origin + number;
            Base = Next - 1;
        }

        return SequenceNumbers.Unwrap(number, Next);
    }

    public void Sent(TracedSegment segment)
    {
        Seen.Add(segment.Start, segment.End);
        _outstanding.Enqueue(segment);
        if (_outstanding.Count > MostOutstanding)
        {
            _outstanding.Dequeue();
        }
    }

    /// <summary>Takes an acknowledgment of the other side.</summary>
    /// <returns>The segment that ends where it says, when it is the first that says so.</returns>
    public TracedSegment? Settle(long ack)
    {
        Acked = ack > Acked ? ack : Acked;
        TracedSegment? last = null;
        while (_outstanding.TryPeek(out TracedSegment? oldest) && oldest.End <= Acked)
        {
            last = _outstanding.Dequeue();
        }

        return last?.End == ack ? last : null;
    }
}
