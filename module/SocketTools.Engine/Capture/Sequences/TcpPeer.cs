namespace SocketTools.Capture;

/// <summary>
/// The state machine of one side (RFC 9293, sections 3.3.2 and 3.10.7), driven by what it sends and by what reaches it. What a side sends also tells what
/// reached it: an acknowledgment shows that the numbers below have come, captured or not.
/// </summary>
internal sealed class TcpPeer(TcpState begin)
{
    private readonly RangeSet _behindGap = new();
    private long? _synNumber;
    private long? _finEnd;
    private long? _peerFinEnd;
    private long _acked;
    private long? _expected;
    private bool _passive;
    private bool _ended;

    public TcpState State { get; private set; } = begin;

    /// <summary>The number behind this side's FIN, once it was sent.</summary>
    public long? FinEnd => _finEnd;

    /// <summary>The side sends a segment.</summary>
    /// <param name="segment">What it sends.</param>
    /// <param name="peerFinEnd">The number behind the FIN that the other side has sent, whether it is known to have come or not.</param>
    public void Send(TracedSegment segment, long? peerFinEnd)
    {
        Segment s = segment.Segment;
        if (s.Rst)
        {
            // A listener that refuses a stray segment goes on listening.
            if (State != TcpState.Listen)
            {
                End();
            }

            return;
        }

        if (s.Syn)
        {
            Open(s.Ack);
            _synNumber ??= segment.Start;
        }
        else if (State is TcpState.Unknown or TcpState.Listen or TcpState.SynSent || (State == TcpState.Closed && !_ended))
        {
            State = TcpState.Established;
        }

        if (s.Ack)
        {
            _peerFinEnd ??= segment.Ack >= peerFinEnd ? peerFinEnd : null;
            Expect(segment.Ack);
            TakeFin();
        }

        if (s.Fin)
        {
            _finEnd = segment.End;
            State = State switch
            {
                TcpState.Established or TcpState.SynReceived => TcpState.FinWait1,
                TcpState.CloseWait => TcpState.LastAck,
                _ => State,
            };
        }
    }

    /// <summary>A segment without RST has come.</summary>
    public void Receive(TracedSegment segment)
    {
        Segment s = segment.Segment;
        if (s.Syn)
        {
            Opened(segment);
        }

        if (s.Ack)
        {
            Acknowledged(segment.Ack);
        }

        _expected ??= segment.Start;
        long data = segment.Start + (s.Syn ? 1 : 0);
        _behindGap.Add(data, data + s.Length);
        Expect(_behindGap.EndOf(_expected.Value));
        if (s.Fin)
        {
            _peerFinEnd = segment.End;
        }

        TakeFin();
    }

    /// <summary>Whether an RST that reaches this side ends the connection: only with the number that it expects (RFC 5961, section 3.2).</summary>
    public bool Accepts(TracedSegment reset) => State switch
    {
        TcpState.Closed or TcpState.Listen => false,
        TcpState.Unknown => true,
        TcpState.SynSent => reset.Segment.Ack && reset.Ack > _synNumber,

        // As Linux has it, the number of the FIN itself does too, from a side that had sent one.
        _ => _expected is not { } expected || reset.Start == expected || (_peerFinEnd == expected && reset.Start == expected - 1),
    };

    /// <summary>An RST that ends the connection has come. A listener's half-made connection is gone, and the listener listens on.</summary>
    public void Reset()
    {
        if (State == TcpState.SynReceived && _passive)
        {
            State = TcpState.Listen;
        }
        else
        {
            End();
        }
    }

    // The end, not the beginning: nothing that is still sent makes another state of it.
    private void End()
    {
        State = TcpState.Closed;
        _ended = true;
    }

    private void Open(bool answer)
    {
        if (answer && State == TcpState.SynSent)
        {
            State = TcpState.SynReceived;
        }
        else if (!_ended && _synNumber is null && State is TcpState.Unknown or TcpState.Closed or TcpState.Listen)
        {
            _passive = State == TcpState.Listen;
            State = answer ? TcpState.SynReceived : TcpState.SynSent;
        }
    }

    private void Opened(TracedSegment segment)
    {
        if (State is TcpState.Listen or TcpState.SynSent)
        {
            bool answered = segment.Segment.Ack && !(segment.Ack <= _synNumber);
            _passive = State == TcpState.Listen;
            State = _passive || !answered ? TcpState.SynReceived : TcpState.Established;
            _expected = segment.Start + 1;
        }
    }

    private void Acknowledged(long number)
    {
        _acked = number > _acked ? number : _acked;
        if (State == TcpState.SynReceived && _acked > _synNumber)
        {
            State = TcpState.Established;
        }

        if (_acked < _finEnd || _finEnd is null)
        {
            return;
        }

        if (State == TcpState.LastAck)
        {
            End();
        }

        State = State switch
        {
            TcpState.FinWait1 => TcpState.FinWait2,
            TcpState.Closing => TcpState.TimeWait,
            _ => State,
        };
    }

    private void Expect(long number) => _expected = _expected is { } expected && expected > number ? expected : number;

    private void TakeFin()
    {
        if (_peerFinEnd is not { } end || _expected < end - 1)
        {
            return;
        }

        Expect(end);
        State = State switch
        {
            TcpState.Established or TcpState.SynReceived => TcpState.CloseWait,
            TcpState.FinWait1 => TcpState.Closing,
            TcpState.FinWait2 => TcpState.TimeWait,
            _ => State,
        };
    }
}
