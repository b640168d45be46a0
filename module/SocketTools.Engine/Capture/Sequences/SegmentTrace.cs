using System.Collections.Generic;
using System.Linq;
using static SocketTools.SocketSequenceEvents;

namespace SocketTools.Capture;

/// <summary>
/// The numbers of a connection: unwrapped, and compared with what was seen before, so that retransmissions and the like are known. Which of them an
/// acknowledgment reached in time is known only from what follows, so this runs over the whole capture before the states are followed.
/// </summary>
internal sealed class SegmentTrace
{
    // A segment that fills a gap so soon was overtaken on the way; nobody sends again so soon. Wireshark has the same limit.
    private const long OvertakenWithin = 3_000_000;

    private readonly SegmentFlow[] _flows = [new(), new()];
    private readonly List<TracedSegment> _segments = [];

    public IReadOnlyList<TracedSegment> Segments => _segments;

    public SegmentFlow this[SocketSequenceSide side] => _flows[(int)side];

    public void Add(Segment segment)
    {
        SegmentFlow own = this[segment.From];
        SegmentFlow other = _flows[1 - (int)segment.From];
        long start = own.Begin(segment);
        TracedSegment traced = new(segment) { Start = start, Ack = segment.Ack ? other.Acknowledge(segment.Acknowledgment) : 0 };
        if (!segment.Rst)
        {
            traced.Events = Sending(traced, own, other);
            traced.Events |= segment.Ack ? Acknowledging(traced, own, other) : None;
            if (traced.Has(Retransmission))
            {
                MarkUnanswered(traced, own);
            }
        }

        Follow(traced, own, other);
        _segments.Add(traced);
    }

    private static SocketSequenceEvents Sending(TracedSegment segment, SegmentFlow own, SegmentFlow other)
    {
        Segment s = segment.Segment;
        SocketSequenceEvents found = s is { Syn: true, Length: > 0 } ? DataWithSyn : None;
        if (IsProbe(segment, own))
        {
            return other.LastWindow == 0 ? ZeroWindowProbe : KeepAlive;
        }

        if (s.Space == 0)
        {
            return segment.Start > own.Next ? PreviousNotCaptured : None;
        }

        if (segment.Start >= own.Next)
        {
            return found | (segment.Start > own.Next ? PreviousNotCaptured : s.Length == 1 && other.LastWindow == 0 ? ZeroWindowProbe : None);
        }

        // Both opened: it answers the other's SYN, and its own goes along once more.
        if (s is { Syn: true, Ack: true } && own.LastAck == 0)
        {
            return found;
        }

        bool asked = other.Duplicates >= 2 && other.LastAck == segment.Start;
        if (!own.Seen.Overlaps(segment.Start, segment.End) && !asked && s.Time - own.GapTime < OvertakenWithin)
        {
            return found | OutOfOrder;
        }

        return found | Retransmission | (own.Acked >= segment.End ? SpuriousRetransmission : asked ? FastRetransmission : None);
    }

    // A number below the next one that has been acknowledged; with one byte of data, or none (RFC 9293, section 3.8.4).
    private static bool IsProbe(TracedSegment segment, SegmentFlow own) =>
        segment.Segment is { Syn: false, Fin: false, Length: <= 1 } && segment.Start == own.Next - 1
        && (own.Acked >= own.Next || (own.Acked == 0 && segment.Segment.Length == 0 && !own.SynSeen));

    private static SocketSequenceEvents Acknowledging(TracedSegment segment, SegmentFlow own, SegmentFlow other)
    {
        Segment s = segment.Segment;
        SocketSequenceEvents found = segment.Ack > other.Next ? AcknowledgesNotCaptured : None;
        found |= s is { Window: 0, Syn: false, Fin: false } ? ZeroWindow : None;
        if (!s.Pure || segment.Ack != own.LastAck || segment.Start != own.Next)
        {
            return found;
        }

        SocketSequenceEvents window = s.Window != own.LastWindow ? WindowUpdate : None;
        return found | (
            other.ProbePending ? (own.LastWindow == 0 && s.Window > 0 ? WindowUpdate : KeepAliveAcknowledgment)
            : s.Sack.Length > 0 ? DuplicateAcknowledgment | window
            : s.Window == 0 ? None
            : window == None ? DuplicateAcknowledgment : window);
    }

    // What was sent before and not acknowledged by now did not arrive, or its acknowledgment did not. Which of both, the packets do not tell
    // unless the acknowledgment was captured.
    private void MarkUnanswered(TracedSegment segment, SegmentFlow own)
    {
        foreach (TracedSegment earlier in own.Outstanding)
        {
            segment.Original = earlier.Start <= segment.Start && earlier.End > segment.Start ? earlier : segment.Original;
            if (earlier.Start >= own.Acked && earlier.Start >= segment.Start && earlier.Start < segment.End)
            {
                earlier.Events |= own.Selective.Overlaps(earlier.Start, earlier.End) ? None : Unanswered;
            }
        }

        if (!segment.Has(SpuriousRetransmission))
        {
            return;
        }

        for (int i = _segments.Count - 1; i >= 0 && i >= _segments.Count - SegmentFlow.MostOutstanding; i--)
        {
            TracedSegment earlier = _segments[i];
            bool same = earlier.Segment.From == segment.Segment.From;
            if (same && earlier.Start <= segment.Start && earlier.End > segment.Start)
            {
                segment.Original = earlier;
                break;
            }

            if (!same && earlier.Segment.Pure && earlier.Ack >= segment.End)
            {
                earlier.Events |= Unanswered;
            }
        }
    }

    private static void Follow(TracedSegment segment, SegmentFlow own, SegmentFlow other)
    {
        Segment s = segment.Segment;
        own.ProbePending = segment.Has(KeepAlive | ZeroWindowProbe);
        segment.Missing = segment.Has(PreviousNotCaptured) ? segment.Start - own.Next : 0;
        other.ProbePending = false;
        if (s.Space > 0)
        {
            own.GapTime = segment.Start > own.Next ? s.Time : own.GapTime;
            if (!segment.Has(KeepAlive))
            {
                own.Sent(segment);
            }
        }

        own.Next = segment.End > own.Next ? segment.End : own.Next;
        if (!s.Ack || s.Rst)
        {
            return;
        }

        own.Duplicates = segment.Has(DuplicateAcknowledgment) ? own.Duplicates + 1 : segment.Ack == own.LastAck ? own.Duplicates : 0;
        own.LastAck = segment.Ack;
        own.LastWindow = s.Window;
        other.Next = segment.Ack > other.Next ? segment.Ack : other.Next;
        segment.Acknowledges = other.Settle(segment.Ack);
        foreach ((uint from, uint to) in s.Sack.Where(_ => other.Known))
        {
            other.Selective.Add(SequenceNumbers.Unwrap(from, other.Next), SequenceNumbers.Unwrap(to, other.Next));
        }
    }
}
