using System;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Capture;

/// <summary>Makes the steps of a diagram from the packets of one connection or exchange.</summary>
internal sealed class SequenceBuilder(PacketGroup group, bool absolute)
{
    private readonly List<SocketSequenceStep> _steps = new(group.Packets.Count);
    private readonly long[] _windowShift = [-1, -1];
    private readonly bool[] _explained = new bool[3];
    private long _begin;

    public TcpConversation? Conversation { get; private set; }

    public IReadOnlyList<SocketSequenceStep> Build()
    {
        _begin = group.Packets[0].Packet.TimestampNanoseconds;
        SegmentTrace trace = new();
        foreach ((SocketPacket packet, SocketSequenceSide from) in group.Packets)
        {
            if (packet.Tcp is { } tcp)
            {
                trace.Add(ToSegment(packet, tcp, from));
            }
        }

        Conversation = group.Stream ? new TcpConversation(trace) : null;
        int moment = 0;
        foreach ((SocketPacket packet, SocketSequenceSide from) in group.Packets)
        {
            _steps.Add(packet.Tcp is not null ? Segment(packet, Conversation!.Moments[moment++]) : Other(packet, from));
        }

        return _steps;
    }

    private static Segment ToSegment(SocketPacket packet, TcpLayer tcp, SocketSequenceSide from)
    {
        bool Has(TcpFlags flag) => (tcp.Flags & flag) != 0;

        // Time stamps alone, which nearly every segment has, are not looked at.
        bool options = tcp.HeaderLength > TcpLayer.FixedLength && !(tcp.HeaderLength == TcpLayer.FixedLength + 12 && tcp.UInt32(TcpLayer.FixedLength) == 0x0101080A);
        return new Segment
        {
            From = from,
            Time = packet.TimestampNanoseconds,
            Sequence = tcp.SequenceNumber,
            Acknowledgment = tcp.AcknowledgmentNumber,
            Syn = Has(TcpFlags.SYN),
            Ack = Has(TcpFlags.ACK),
            Fin = Has(TcpFlags.FIN),
            Rst = Has(TcpFlags.RST),
            Length = tcp.PayloadLength,
            Window = tcp.Window,
            WindowScale = options && Has(TcpFlags.SYN) && tcp.Options.FirstOrDefault(static o => o.Kind == 3)?.Value is int shift ? Math.Min(shift, 14) : null,
            Sack = options && tcp.Options.FirstOrDefault(static o => o.Kind == 5)?.Value is IEnumerable<TcpSackBlock> blocks ? [.. blocks.Select(static b => (b.Left, b.Right))] : [],
        };
    }

    private SocketSequenceStep Segment(SocketPacket packet, TcpMoment moment)
    {
        TracedSegment traced = moment.Trace;
        Segment s = traced.Segment;
        SegmentTrace trace = Conversation!.Trace;
        SegmentFlow own = trace[s.From];
        SegmentFlow other = trace[s.From == SocketSequenceSide.Client ? SocketSequenceSide.Server : SocketSequenceSide.Client];
        long sequence = absolute ? s.Sequence : traced.Start - own.Base;
        long? acknowledgment = !s.Ack ? null : absolute ? s.Acknowledgment : traced.Ack - other.Base;
        long window = Scale(s);
        string note = traced.Events == SocketSequenceEvents.None ? "" : StepNotes.For(traced, (s.From == SocketSequenceSide.Client ? group.Client : group.Server).Port, window, traced.Missing);
        return new SocketSequenceStep
        {
            Number = _steps.Count + 1,
            Packet = packet,
            Time = Time(packet),
            From = s.From,
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledgment,
            Length = s.Length,
            Window = window,
            ClientState = moment.Client.Name(),
            ServerState = moment.Server.Name(),
            Phase = moment.Phase,
            Events = traced.Events,
            Note = note.Length > 0 ? note : Explain(traced),
        };
    }

    // A shift counts only where both sides announce one, and never for the window of a SYN itself (RFC 7323, section 2.2).
    private long Scale(Segment s)
    {
        if (s.Syn)
        {
            _windowShift[(int)s.From] = s.WindowScale ?? -1;
            return s.Window;
        }

        return _windowShift[0] >= 0 && _windowShift[1] >= 0 ? (long)s.Window << (int)_windowShift[(int)s.From] : s.Window;
    }

    // The first acknowledgment of each kind says what it counts.
    private string Explain(TracedSegment traced)
    {
        if (traced.Acknowledges is not { } what || (!traced.Segment.Syn && !traced.Segment.Pure && !what.Segment.Fin))
        {
            return "";
        }

        (int kind, string note) = what.Segment.Syn ? (0, StepNotes.SynCounts)
            : !what.Segment.Fin ? (1, StepNotes.NextByte)
            : (2, what.Segment.Length > 0 ? StepNotes.FinWithData : StepNotes.FinCounts);
        if (_explained[kind])
        {
            return "";
        }

        _explained[kind] = true;
        return note;
    }

    private SocketSequenceStep Other(SocketPacket packet, SocketSequenceSide from)
    {
        bool icmp = packet.Icmp is not null;
        SocketSequenceStep? before = _steps.Count > 0 ? _steps[^1] : null;
        return new SocketSequenceStep
        {
            Number = _steps.Count + 1,
            Packet = packet,
            Time = Time(packet),
            From = from,
            Length = icmp ? 0 : packet.Udp?.PayloadLength ?? 0,
            ClientState = before?.ClientState ?? Conversation?.ClientBegin.Name(),
            ServerState = before?.ServerState ?? Conversation?.ServerBegin.Name(),
            Phase = before?.Phase ?? SocketSequencePhase.Data,
            Events = icmp ? SocketSequenceEvents.Icmp : SocketSequenceEvents.None,
            Note = icmp ? Reporter(packet, from) : "",
        };
    }

    private string Reporter(SocketPacket packet, SocketSequenceSide from)
    {
        IcmpLayer icmp = packet.Icmp!;
        bool port = icmp is { IsV6: false, Type: 3, Code: 3 } or { IsV6: true, Type: 1, Code: 4 };
        System.Net.IPEndPoint side = from == SocketSequenceSide.Client ? group.Client : group.Server;
        return !packet.Source!.Address.Equals(side.Address) ? $"From {packet.Source.Address}, on the way."
            : port && !group.Stream ? $"No socket is bound to port {side.Port}: ECONNREFUSED."
            : "";
    }

    private TimeSpan Time(SocketPacket packet) => TimeSpan.FromTicks((packet.TimestampNanoseconds - _begin) / 100);
}
