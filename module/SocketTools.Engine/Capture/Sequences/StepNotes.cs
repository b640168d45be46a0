using System;
using System.Collections.Generic;
using static SocketTools.SocketSequenceEvents;

namespace SocketTools.Capture;

/// <summary>What is remarkable about a segment, in words.</summary>
internal static class StepNotes
{
    public const string SynCounts = "Ack = Seq + 1: the SYN counts as one.";
    public const string NextByte = "Ack = Seq + Len: the next expected.";
    public const string FinCounts = "Ack = Seq + 1: the FIN counts as one.";
    public const string FinWithData = "Ack = Seq + Len + 1: FIN counts as one.";

    /// <summary>The sentences about a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="port">The port that it comes from.</param>
    /// <param name="window">The window that it announces, scaled.</param>
    /// <param name="missing">How many numbers before it were not captured.</param>
    public static string For(TracedSegment segment, int port, long? window, long missing)
    {
        List<string> notes = [];
        void Say(SocketSequenceEvents events, string note)
        {
            if (segment.Has(events))
            {
                notes.Add(note);
            }
        }

        Say(DataWithSyn, "Data with the SYN: TCP Fast Open.");
        Say(Retransmission, Again(segment));
        Say(OutOfOrder, "Out of order: sent before the one above.");
        Say(PreviousNotCaptured, missing == 1 ? "1 byte before it was not captured." : $"{missing} bytes before it were not captured.");
        Say(AcknowledgesNotCaptured, "It acknowledges what is not captured.");
        Say(DuplicateAcknowledgment, Duplicate(segment.Segment));
        Say(ZeroWindow, segment.Has(KeepAliveAcknowledgment) ? "Still no room: the window is 0." : "Window 0: no room, the other side must stop.");
        Say(ZeroWindowProbe, "Window probe: is there room again?");
        Say(segment.Has(DuplicateAcknowledgment) ? None : WindowUpdate, $"Window update: room for {window} bytes.");
        Say(KeepAlive, "Keep-alive: Seq is one below the next, so an ACK must come.");
        Say(segment.Has(ZeroWindow) ? None : KeepAliveAcknowledgment, "The answer: still there.");
        Say(Crossing, "Crosses the next one on its way.");
        Say(Refused, $"Refused: nothing listens at port {port}.");
        Say(Reset, "Reset: gone at once, without FIN.");
        Say(ResetIgnored, "RST with a number that is not expected: ignored.");
        Say(Unanswered, segment.Segment.Pure ? "Lost or late: the other side sends again." : segment.Segment.Syn && !segment.Segment.Ack ? "No answer in time: it is sent again." : "No ACK in time: it is sent again.");
        return string.Join(' ', notes);
    }

    /// <summary>A time in the unit that suits it.</summary>
    public static string Duration(long nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => $"{Math.Max(nanoseconds, 0) / 1000} µs",
        < 10_000_000 => FormattableString.Invariant($"{nanoseconds / 1e6:0.0} ms"),
        < 1_000_000_000 => FormattableString.Invariant($"{nanoseconds / 1e6:0} ms"),
        < 60_000_000_000 => FormattableString.Invariant($"{nanoseconds / 1e9:0.0#} s"),
        _ => FormattableString.Invariant($"{nanoseconds / 1e9:0} s"),
    };

    // A block that is acknowledged already tells what came twice (RFC 2883).
    private static string Duplicate(Segment segment) =>
        segment.Sack.Length == 0 ? "Duplicate ACK: still waiting for the same byte."
        : unchecked((int)(segment.Sack[0].From - segment.Acknowledgment)) < 0 ? "Duplicate ACK: something came twice (D-SACK)."
        : "Duplicate ACK: a gap, but later bytes have come (SACK).";

    private static string Again(TracedSegment segment)
    {
        string what = segment.Has(SpuriousRetransmission) ? "Retransmission of what was acknowledged already"
            : segment.Has(FastRetransmission) ? "Fast retransmission, which duplicate ACKs asked for"
            : "Retransmission";
        return segment.Original is { } original ? $"{what}, {Duration(segment.Segment.Time - original.Segment.Time)} later." : $"{what}.";
    }
}
