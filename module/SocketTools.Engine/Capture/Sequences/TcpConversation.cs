using System.Collections.Generic;
using System.Linq;
using static SocketTools.SocketSequenceEvents;

namespace SocketTools.Capture;

/// <summary>Follows the states of both sides of a connection through its segments, and finds how it began and ended.</summary>
internal sealed class TcpConversation
{
    private readonly TcpPeer[] _peers;
    private readonly List<TcpMoment> _moments = [];
    private readonly bool _fromBeginning;

    // Of each side, the last segment without RST.
    private readonly int[] _lastHeard = [-1, -1];

    // What arrives only after the sending of another segment, by the index of that one.
    private readonly Dictionary<int, TracedSegment> _arrivals = [];
    private bool _bothEstablished;
    private bool _reset;
    private (TracedSegment Segment, SocketSequenceSide From)? _firstFin;
    private TracedSegment? _secondFin;
    private bool _firstFinAcknowledged;
    private SocketSequencePhase _phase;

    public TcpConversation(SegmentTrace trace)
    {
        Trace = trace;
        IReadOnlyList<TracedSegment> segments = trace.Segments;
        Segment? first = segments.Count > 0 ? segments[0].Segment : null;
        Segment? answer = segments.Select(static s => s.Segment).FirstOrDefault(static s => s.From == SocketSequenceSide.Server);
        _fromBeginning = first is { Syn: true, Ack: false };
        (ClientBegin, ServerBegin) = Begin(first, answer);
        _peers = [new(ClientBegin), new(ServerBegin)];
        for (int i = 0; i < segments.Count; i++)
        {
            _lastHeard[(int)segments[i].Segment.From] = segments[i].Segment.Rst ? _lastHeard[(int)segments[i].Segment.From] : i;
        }

        FindCrossing(segments);
        for (int i = 0; i < segments.Count; i++)
        {
            Follow(segments[i], i);
        }

        Opening = FindOpening(answer);
        Closing = FindClosing();
    }

    public SegmentTrace Trace { get; }

    public TcpState ClientBegin { get; }

    public TcpState ServerBegin { get; }

    public IReadOnlyList<TcpMoment> Moments => _moments;

    public SocketSequenceOpening Opening { get; }

    public SocketSequenceClosing Closing { get; private set; }

    /// <summary>Who ended its stream first, or sent the RST.</summary>
    public SocketSequenceSide? ClosedBy { get; private set; }

    // What the sides were before the first segment. A server that answers a SYN with RST had nobody who listened; one that does not answer tells nothing.
    private static (TcpState Client, TcpState Server) Begin(Segment? first, Segment? answer) => first switch
    {
        null or { Rst: true } => (TcpState.Unknown, TcpState.Unknown),
        { Syn: true, Ack: true } => (TcpState.SynSent, TcpState.Listen),
        { Syn: true } => (TcpState.Closed, answer switch
        {
            { Syn: true, Ack: true } => TcpState.Listen,
            { Rst: true } or { Syn: true } => TcpState.Closed,
            _ => TcpState.Unknown,
        }),
        _ => (TcpState.Established, TcpState.Established),
    };

    // A side acknowledges all that it has in whatever it sends. So a SYN or FIN that the next segment of the other side does not acknowledge was not
    // there yet, and comes after the last one that does not. Seen from the end: what each side sends next, and where that run ends.
    private void FindCrossing(IReadOnlyList<TracedSegment> segments)
    {
        int[] next = [-1, -1];
        int[] after = new int[segments.Count];
        for (int i = segments.Count - 1; i >= 0; i--)
        {
            Segment s = segments[i].Segment;
            int side = (int)s.From;
            after[i] = next[side];
            int reply = next[1 - side];
            if ((s.Syn || s.Fin) && !s.Rst && !segments[i].Has(Unanswered) && reply >= 0 && Misses(segments[reply], segments[i]))
            {
                for (int seen = 0; seen < SegmentFlow.MostOutstanding && after[reply] >= 0 && Misses(segments[after[reply]], segments[i]); seen++)
                {
                    reply = after[reply];
                }

                if (_arrivals.TryAdd(reply, segments[i]))
                {
                    segments[i].Events |= Crossing;
                }
            }

            next[side] = s.Rst ? next[side] : i;
        }
    }

    private static bool Misses(TracedSegment reply, TracedSegment segment) => !reply.Segment.Ack || reply.Ack < (segment.Segment.Fin ? segment.End : segment.Start + 1);

    private void Follow(TracedSegment segment, int index)
    {
        Segment s = segment.Segment;
        TcpPeer sender = _peers[(int)s.From];
        TcpPeer receiver = _peers[1 - (int)s.From];
        SocketSequencePhase phase = FindPhase(segment);
        TcpState before = receiver.State;

        // Who resets a connection is heard of no more. A sender that goes on did not send this RST; somebody on the way did.
        if (!s.Rst || _lastHeard[(int)s.From] < index)
        {
            sender.Send(segment, receiver.FinEnd);
        }

        if (s.Rst)
        {
            TakeReset(segment, receiver, before, index);
            phase = segment.Has(ResetIgnored) ? _phase : SocketSequencePhase.Reset;
        }
        else if (!segment.Has(Unanswered | Crossing))
        {
            receiver.Receive(segment);
        }

        if (_arrivals.TryGetValue(index, out TracedSegment? late))
        {
            sender.Receive(late);
        }

        _bothEstablished |= _peers.All(static p => p.State >= TcpState.Established);
        _phase = phase;
        _moments.Add(new(segment, _peers[0].State, _peers[1].State, phase));
    }

    private void TakeReset(TracedSegment segment, TcpPeer receiver, TcpState before, int index)
    {
        bool accepted = receiver.Accepts(segment);
        if (!accepted && before is not (TcpState.Closed or TcpState.Listen or TcpState.SynSent))
        {
            // Not the number that this capture makes us expect. When the receiver is never heard of again, it was the one that the receiver expected.
            accepted = _lastHeard[1 - (int)segment.Segment.From] < index;
        }

        if (!accepted)
        {
            segment.Events |= before is TcpState.Closed ? Reset : ResetIgnored;
            return;
        }

        segment.Events |= before == TcpState.SynSent ? Refused : Reset;
        if (!_reset && before != TcpState.SynSent && Closing == SocketSequenceClosing.NotCaptured && !BothClosed())
        {
            Closing = SocketSequenceClosing.Reset;
            ClosedBy = segment.Segment.From;
        }

        _reset = true;
        receiver.Reset();
    }

    private bool BothClosed() => _secondFin is not null && _peers.All(static p => p.State is TcpState.Closed or TcpState.TimeWait);

    private SocketSequencePhase FindPhase(TracedSegment segment)
    {
        Segment s = segment.Segment;
        if (_reset)
        {
            return SocketSequencePhase.Reset;
        }

        if (s is { Fin: true, Rst: false })
        {
            TakeFin(segment);
            return SocketSequencePhase.Close;
        }

        if (_firstFin is { } fin)
        {
            return _secondFin is not null ? SocketSequencePhase.Close : AfterFirstFin(segment, fin.Segment, fin.From);
        }

        bool opening = _fromBeginning || _moments.Count == 0 || _phase == SocketSequencePhase.Handshake;
        // What only answers the end of the handshake belongs to it.
        if (_phase == SocketSequencePhase.Handshake && segment.Has(DuplicateAcknowledgment))
        {
            return _phase;
        }

        return s.Syn ? (_bothEstablished ? _phase : SocketSequencePhase.Handshake)
            : opening && !_bothEstablished && s.Length == 0 && s.Ack && _phase == SocketSequencePhase.Handshake ? SocketSequencePhase.Handshake
            : SocketSequencePhase.Data;
    }

    private void TakeFin(TracedSegment segment)
    {
        if (_firstFin is not { } fin)
        {
            _firstFin = (segment, segment.Segment.From);
        }
        else if (fin.From != segment.Segment.From)
        {
            _secondFin ??= segment;
        }
    }

    private SocketSequencePhase AfterFirstFin(TracedSegment segment, TracedSegment fin, SocketSequenceSide closer)
    {
        Segment s = segment.Segment;
        if (s.From == closer)
        {
            return _phase;
        }

        bool acknowledges = s.Ack && segment.Ack >= fin.End && !_firstFinAcknowledged;
        _firstFinAcknowledged |= acknowledges;
        return s.Length > 0 ? SocketSequencePhase.HalfClose : acknowledges ? SocketSequencePhase.Close : _phase;
    }

    private SocketSequenceOpening FindOpening(Segment? answer)
    {
        if (!_fromBeginning)
        {
            return SocketSequenceOpening.NotCaptured;
        }

        return Trace.Segments.Any(static s => s.Has(Refused)) ? SocketSequenceOpening.Refused
            : answer is null ? SocketSequenceOpening.NoAnswer
            : !_bothEstablished ? SocketSequenceOpening.Unfinished
            : answer is { Syn: true, Ack: false } ? SocketSequenceOpening.SimultaneousOpen
            : SocketSequenceOpening.ThreeWayHandshake;
    }

    private SocketSequenceClosing FindClosing()
    {
        if (Closing == SocketSequenceClosing.Reset || _firstFin is not { } fin)
        {
            return Closing;
        }

        ClosedBy = fin.From;
        return _secondFin is null ? SocketSequenceClosing.HalfClose
            : !_secondFin.Segment.Ack || _secondFin.Ack < fin.Segment.End ? SocketSequenceClosing.Simultaneous
            : _firstFinAcknowledged ? SocketSequenceClosing.FourWay
            : SocketSequenceClosing.ThreeWay;
    }
}
