using System.Linq;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>The states of both sides, with packets made by hand for every way in which a connection begins and ends.</summary>
public sealed class SequenceStateTests
{
    // The states after each step, as "client/server", with a dash for one that is not known.
    private static string States(SocketSequence sequence) => string.Join(' ', sequence.Steps.Select(static s => $"{s.ClientState ?? "-"}/{s.ServerState ?? "-"}"));

    private static string Phases(SocketSequence sequence) => string.Join(' ', sequence.Steps.Select(static s => s.Phase));

    [Fact]
    public void A_handshake_data_and_a_four_way_close()
    {
        SocketSequence sequence = new Talk().Handshake().C("PSH ACK", 1, 1, "A").S("ACK", 1, 2).S("PSH ACK", 1, 2, "B").C("ACK", 2, 2).Close(2, 2).Sequence();
        Assert.Equal(
            "SYN_SENT/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED " +
            "FIN_WAIT_1/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT TIME_WAIT/LAST_ACK TIME_WAIT/CLOSED",
            States(sequence));
        Assert.Equal("Handshake Handshake Handshake Data Data Data Data Close Close Close Close", Phases(sequence));
        Assert.Equal(SocketSequenceOpening.ThreeWayHandshake, sequence.Opening);
        Assert.Equal(SocketSequenceClosing.FourWay, sequence.Closing);
        Assert.Equal(SocketSequenceSide.Client, sequence.ClosedBy);
        Assert.Equal("TIME_WAIT", sequence.ClientState);
        Assert.Equal("CLOSED", sequence.ServerState);
        Assert.Equal((1, 1), (sequence.BytesToServer, sequence.BytesToClient));
        Assert.All(sequence.Steps, static s => Assert.Equal(SocketSequenceEvents.None, s.Events));
    }

    [Fact]
    public void The_numbers_are_relative_or_as_in_the_header_and_wrap_around()
    {
        Talk talk = new Talk { ClientNumber = 0xFFFFFFFE, ServerNumber = 0xFFFFFFFF }.Handshake().C("PSH ACK", 1, 1, "four").S("ACK", 1, 5).Close(5, 1);
        SocketSequence sequence = talk.Sequence();
        Assert.Equal(["0/", "0/1", "1/1", "1/1", "1/5", "5/1", "1/6", "1/6", "6/2"], sequence.Steps.Select(static s => $"{s.SequenceNumber}/{s.AcknowledgmentNumber}"));
        Assert.Equal("CLOSED", sequence.ServerState);
        SocketSequence absolute = talk.Sequence(new() { AbsoluteSequenceNumber = true });
        Assert.Equal(["4294967294/", "4294967295/4294967295", "4294967295/0", "4294967295/0", "0/3", "3/0", "0/4", "0/4", "4/1"],
            absolute.Steps.Select(static s => $"{s.SequenceNumber}/{s.AcknowledgmentNumber}"));
        Assert.Equal(States(sequence), States(absolute));
    }

    [Fact]
    public void More_than_4_GiB_go_on_counting()
    {
        Talk talk = new Talk { ClientNumber = 5 }.Handshake();
        long at = 1;
        for (int i = 0; i < 5; i++)
        {
            // Each was captured without the many before it.
            talk.C("ACK", at, 1, "data").S("ACK", 1, at + 4);
            at += 1_000_000_000;
        }

        SocketSequence sequence = talk.Sequence();
        Assert.Equal(4_000_000_005, sequence.Steps[^1].AcknowledgmentNumber);
        Assert.Equal(4_000_000_001, sequence.Steps[^2].SequenceNumber);
    }

    [Fact]
    public void A_close_in_three()
    {
        SocketSequence sequence = new Talk().Handshake().C("FIN ACK", 1, 1).S("FIN ACK", 1, 2).C("ACK", 2, 2).Sequence();
        Assert.Equal("FIN_WAIT_1/CLOSE_WAIT TIME_WAIT/LAST_ACK TIME_WAIT/CLOSED", States(sequence).Split(' ', 4)[3]);
        Assert.Equal(SocketSequenceClosing.ThreeWay, sequence.Closing);
    }

    [Fact]
    public void The_server_closes_first()
    {
        SocketSequence sequence = new Talk().Handshake().S("FIN ACK", 1, 1).C("ACK", 1, 2).C("FIN ACK", 1, 2).S("ACK", 2, 2).Sequence();
        Assert.Equal("CLOSE_WAIT/FIN_WAIT_1 CLOSE_WAIT/FIN_WAIT_2 LAST_ACK/TIME_WAIT CLOSED/TIME_WAIT", States(sequence).Split(' ', 4)[3]);
        Assert.Equal(SocketSequenceSide.Server, sequence.ClosedBy);
        Assert.Contains("The server closed first", sequence.Text);
    }

    [Fact]
    public void A_simultaneous_close_crosses()
    {
        SocketSequence sequence = new Talk().Handshake().C("FIN ACK", 1, 1).S("FIN ACK", 1, 1).S("ACK", 2, 2).C("ACK", 2, 2).Sequence();
        Assert.Equal("FIN_WAIT_1/ESTABLISHED CLOSING/CLOSING TIME_WAIT/CLOSING TIME_WAIT/TIME_WAIT", States(sequence).Split(' ', 4)[3]);
        Assert.Equal(SocketSequenceClosing.Simultaneous, sequence.Closing);
        Assert.Equal(SocketSequenceEvents.Crossing, sequence.Steps[3].Events);
    }

    [Fact]
    public void A_simultaneous_open_crosses()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).S("SYN", 0).S("SYN ACK", 0, 1).C("SYN ACK", 0, 1).Sequence();
        Assert.Equal("SYN_SENT/CLOSED SYN_RECEIVED/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED ESTABLISHED/ESTABLISHED", States(sequence));
        Assert.Equal(SocketSequenceOpening.SimultaneousOpen, sequence.Opening);
        Assert.Equal(0, sequence.Retransmissions);
    }

    [Fact]
    public void Data_comes_with_the_fin_and_with_the_last_ack_of_the_handshake()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).S("SYN ACK", 0, 1).C("FIN PSH ACK", 1, 1, "all").S("ACK", 1, 5).S("FIN ACK", 1, 5).C("ACK", 5, 2).Sequence();
        Assert.Equal("FIN_WAIT_1/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT TIME_WAIT/LAST_ACK TIME_WAIT/CLOSED", States(sequence).Split(' ', 3)[2]);
        Assert.Equal("FIN PSH ACK Seq=1 Ack=1 Len=3 \"all\"", sequence.Steps[2].Label);
        Assert.Equal("Ack = Seq + Len + 1: FIN counts as one.", sequence.Steps[3].Note);
    }

    [Fact]
    public void A_half_close_lets_the_other_side_go_on()
    {
        SocketSequence sequence = new Talk().Handshake().C("FIN ACK", 1, 1).S("ACK", 1, 2).S("PSH ACK", 1, 2, "answer").C("ACK", 2, 7).S("FIN ACK", 7, 2).C("ACK", 2, 8).Sequence();
        Assert.Equal("Close Close HalfClose HalfClose Close Close", Phases(sequence).Split(' ', 4)[3]);
        Assert.Equal("FIN_WAIT_1/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT TIME_WAIT/LAST_ACK TIME_WAIT/CLOSED", States(sequence).Split(' ', 4)[3]);
        Assert.Equal(SocketSequenceClosing.FourWay, sequence.Closing);
    }

    [Fact]
    public void One_side_that_has_not_closed_stays_half_closed()
    {
        SocketSequence sequence = new Talk().Handshake().C("FIN ACK", 1, 1).S("ACK", 1, 2).Sequence();
        Assert.Equal(SocketSequenceClosing.HalfClose, sequence.Closing);
        Assert.Equal(("FIN_WAIT_2", "CLOSE_WAIT"), (sequence.ClientState, sequence.ServerState));
        Assert.Contains("closed by the client only", sequence.Summary);
    }

    [Fact]
    public void A_refused_connection_had_nobody_who_listened()
    {
        Talk talk = new();
        SocketSequence sequence = talk.C("SYN", 0).Segment(talk.Server, talk.Client, "RST ACK", 0, talk.ClientNumber + 1, [], 0, null, 0.1).Sequence();
        Assert.Equal("SYN_SENT/CLOSED CLOSED/CLOSED", States(sequence));
        Assert.Equal(SocketSequenceOpening.Refused, sequence.Opening);
        Assert.Equal(SocketSequenceClosing.NotCaptured, sequence.Closing);
        Assert.Equal(SocketSequenceEvents.Refused, sequence.Steps[1].Events);
        Assert.Contains("nothing listens at port 9734", sequence.Steps[1].Note);
    }

    [Fact]
    public void A_syn_that_nobody_answers_tells_nothing_of_the_server()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).C("SYN", 0, after: 1000).C("SYN", 0, after: 2000).Sequence();
        Assert.Equal("SYN_SENT/- SYN_SENT/- SYN_SENT/-", States(sequence));
        Assert.Equal(SocketSequenceOpening.NoAnswer, sequence.Opening);
        Assert.Equal(2, sequence.Retransmissions);
        Assert.Contains("backlog", sequence.Text);
    }

    [Fact]
    public void A_reset_ends_both_at_once()
    {
        SocketSequence sequence = new Talk().Handshake().C("PSH ACK", 1, 1, "x").S("RST ACK", 1, 2).Sequence();
        Assert.Equal(("CLOSED", "CLOSED"), (sequence.ClientState, sequence.ServerState));
        Assert.Equal((SocketSequenceClosing.Reset, SocketSequenceSide.Server), (sequence.Closing, sequence.ClosedBy));
        Assert.Equal(SocketSequencePhase.Reset, sequence.Steps[^1].Phase);
        Assert.Equal(SocketSequenceEvents.Reset, sequence.Steps[^1].Events);
    }

    [Fact]
    public void A_reset_in_the_handshake_leaves_the_listener_listening()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).S("SYN ACK", 0, 1).C("RST", 1).Sequence();
        Assert.Equal(("CLOSED", "LISTEN"), (sequence.ClientState, sequence.ServerState));
        Assert.Equal(SocketSequenceOpening.Unfinished, sequence.Opening);
    }

    [Fact]
    public void A_reset_with_a_wrong_number_is_ignored_when_the_connection_goes_on()
    {
        SocketSequence sequence = new Talk().Handshake().C("RST", 5000).S("ACK", 1, 1).C("PSH ACK", 1, 1, "on").S("ACK", 1, 3).Sequence();
        Assert.Equal(SocketSequenceEvents.ResetIgnored, sequence.Steps[3].Events);
        Assert.Equal(("ESTABLISHED", "ESTABLISHED"), (sequence.Steps[3].ClientState, sequence.Steps[3].ServerState));
        Assert.Equal(SocketSequenceClosing.NotCaptured, sequence.Closing);
    }

    [Fact]
    public void A_reset_after_the_close_does_not_change_how_it_closed()
    {
        SocketSequence sequence = new Talk().Handshake().Close().C("RST", 2).Sequence();
        Assert.Equal(SocketSequenceClosing.FourWay, sequence.Closing);
        Assert.Equal("CLOSED", sequence.ClientState);
    }

    [Fact]
    public void Data_with_the_syn_is_tolerated()
    {
        SocketSequence sequence = new Talk().C("SYN", 0, payload: "GET").S("SYN ACK", 0, 4).S("PSH ACK", 1, 4, "OK").C("ACK", 4, 3).Sequence();
        Assert.Equal(SocketSequenceEvents.DataWithSyn, sequence.Steps[0].Events);
        Assert.Equal(SocketSequenceOpening.ThreeWayHandshake, sequence.Opening);
        Assert.Equal("ESTABLISHED/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED ESTABLISHED/ESTABLISHED", States(sequence).Split(' ', 2)[1]);
    }

    [Fact]
    public void Data_with_the_syn_that_was_not_taken_is_sent_again_and_the_syn_was_not_lost()
    {
        SocketSequence sequence = new Talk().C("SYN", 0, payload: "GET").S("SYN ACK", 0, 1).C("PSH ACK", 1, 1, "GET").S("ACK", 1, 4).Sequence();
        Assert.Equal("SYN_SENT/SYN_RECEIVED", States(sequence).Split(' ')[0]);
        Assert.Equal(SocketSequenceEvents.Retransmission, sequence.Steps[2].Events);
    }

    [Fact]
    public void A_capture_that_begins_in_the_middle_says_so()
    {
        SocketSequence sequence = new Talk().C("PSH ACK", 1000, 500, "x").S("ACK", 500, 1001).Close(1001, 500).Sequence();
        Assert.Equal("ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED FIN_WAIT_1/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT TIME_WAIT/LAST_ACK TIME_WAIT/CLOSED", States(sequence));
        Assert.Equal(SocketSequenceOpening.NotCaptured, sequence.Opening);
        Assert.Contains("The packets begin in the middle", sequence.Text);
        Assert.Equal((1, 1), (sequence.Steps[0].SequenceNumber, sequence.Steps[0].AcknowledgmentNumber)); // as Wireshark counts
    }

    [Fact]
    public void A_capture_that_begins_with_the_answer_knows_who_is_the_client()
    {
        SocketSequence sequence = new Talk().S("SYN ACK", 0, 1).C("ACK", 1, 1).Sequence();
        Assert.Equal("127.0.0.1:50124", sequence.Client.ToString());
        Assert.Equal("ESTABLISHED/SYN_RECEIVED ESTABLISHED/ESTABLISHED", States(sequence));
    }

    [Fact]
    public void In_the_middle_the_port_tells_who_is_the_client()
    {
        SocketSequence sequence = new Talk().S("PSH ACK", 700, 900, "x").C("ACK", 900, 701).Sequence();
        Assert.Equal("127.0.0.1:50124", sequence.Client.ToString());
        Assert.Equal(SocketSequenceSide.Server, sequence.Steps[0].From);
    }

    [Fact]
    public void A_lost_syn_does_not_reach_the_server()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).C("SYN", 0, after: 1000).S("SYN ACK", 0, 1).C("ACK", 1, 1).Sequence();
        Assert.Equal("SYN_SENT/LISTEN SYN_SENT/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED ESTABLISHED/ESTABLISHED", States(sequence));
        Assert.Equal(SocketSequenceEvents.Unanswered, sequence.Steps[0].Events);
        Assert.Equal(SocketSequenceEvents.Retransmission, sequence.Steps[1].Events);
        Assert.Equal("Retransmission, 1.0 s later.", sequence.Steps[1].Note);
    }

    [Fact]
    public void A_last_ack_that_is_lost_leaves_the_server_in_the_handshake()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).S("SYN ACK", 0, 1).C("ACK", 1, 1).S("SYN ACK", 0, 1, after: 1000).C("ACK", 1, 1).Sequence();
        Assert.Equal("ESTABLISHED/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED ESTABLISHED/ESTABLISHED", States(sequence).Split(' ', 2)[1]);
        Assert.True(sequence.Steps[2].Events.HasFlag(SocketSequenceEvents.Unanswered));
        Assert.True(sequence.Steps[3].Events.HasFlag(SocketSequenceEvents.SpuriousRetransmission));
    }

    [Fact]
    public void A_lost_fin_does_not_close_the_other_side()
    {
        SocketSequence sequence = new Talk().Handshake().C("FIN ACK", 1, 1).C("FIN ACK", 1, 1, after: 300).S("ACK", 1, 2).Sequence();
        Assert.Equal("FIN_WAIT_1/ESTABLISHED FIN_WAIT_1/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT", States(sequence).Split(' ', 4)[3]);
    }

    [Fact]
    public void A_fin_before_the_data_below_it_waits_for_the_data()
    {
        SocketSequence sequence = new Talk().Handshake().C("FIN ACK", 4, 1).C("ACK", 1, 1, "abc").S("ACK", 1, 5).Sequence();
        Assert.Equal("FIN_WAIT_1/ESTABLISHED FIN_WAIT_1/CLOSE_WAIT FIN_WAIT_2/CLOSE_WAIT", States(sequence).Split(' ', 4)[3]);
        Assert.Equal(SocketSequenceEvents.OutOfOrder, sequence.Steps[4].Events);
    }

    [Fact]
    public void What_a_side_acknowledges_has_come_captured_or_not()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).C("ACK", 1, 1).S("PSH ACK", 1, 1, "x").Sequence();
        Assert.Equal("ESTABLISHED", sequence.ClientState);
        Assert.Equal("ESTABLISHED", sequence.ServerState);
    }

    [Fact]
    public void The_same_ports_again_are_another_connection()
    {
        Talk talk = new Talk().Handshake().Close();
        talk.Segment(talk.Client, talk.Server, "SYN", 77, 0, [], 100, null, 1).Segment(talk.Server, talk.Client, "SYN ACK", 88, 78, [], 100, null, 1);
        System.Collections.Generic.IReadOnlyList<SocketSequence> sequences = SocketSequence.FromPackets(talk.Packets);
        Assert.Equal(2, sequences.Count);
        Assert.Equal((7, 2), (sequences[0].Steps.Count, sequences[1].Steps.Count));
        Assert.Equal("SYN_SENT/SYN_RECEIVED ESTABLISHED/SYN_RECEIVED", States(sequences[1]));
    }
}
