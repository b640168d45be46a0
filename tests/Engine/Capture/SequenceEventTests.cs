using System;
using System.Linq;
using System.Net;
using Xunit;
using static SocketTools.SocketSequenceEvents;

namespace SocketTools.Tests.Capture;

/// <summary>What is remarkable about segments and datagrams.</summary>
public sealed class SequenceEventTests
{
    private static SocketSequenceEvents[] Events(SocketSequence sequence, int from = 3) => [.. sequence.Steps.Skip(from).Select(static s => s.Events)];

    [Fact]
    public void A_timeout_sends_again_what_was_not_acknowledged()
    {
        SocketSequence sequence = new Talk().Handshake().C("ACK", 1, 1, "abc").C("ACK", 1, 1, "abc", after: 204).S("ACK", 1, 4).Sequence();
        Assert.Equal([Unanswered, Retransmission, None], Events(sequence));
        Assert.Equal("Retransmission, 204 ms later.", sequence.Steps[4].Note);
        Assert.Equal(3, sequence.BytesToServer);
    }

    [Fact]
    public void Three_duplicates_ask_for_a_fast_retransmission()
    {
        Talk talk = new Talk().Handshake().C("ACK", 1, 1, "a").C("ACK", 2, 1, "b").C("ACK", 3, 1, "c").C("ACK", 4, 1, "d").S("ACK", 1, 1);
        SocketSequence sequence = talk.S("ACK", 1, 1).S("ACK", 1, 1).C("ACK", 1, 1, "a").S("ACK", 1, 5).Sequence();
        Assert.Equal([Unanswered, None, None, None, DuplicateAcknowledgment, DuplicateAcknowledgment, DuplicateAcknowledgment, Retransmission | FastRetransmission, None], Events(sequence));
    }

    [Fact]
    public void What_came_behind_a_gap_was_not_lost()
    {
        byte[] sack = [1, 1, 5, 10, .. Number(0xFFFFFFF0 + 4), .. Number(0xFFFFFFF0 + 7)];
        SocketSequence sequence = new Talk().Handshake().C("ACK", 1, 1, "abc").C("ACK", 4, 1, "def").S("ACK", 1, 1, options: sack).C("ACK", 1, 1, "abcdef", after: 300).S("ACK", 1, 7).Sequence();
        Assert.Equal([Unanswered, None, DuplicateAcknowledgment, Retransmission, None], Events(sequence));
        Assert.Contains("SACK", sequence.Steps[5].Note);
    }

    [Fact]
    public void An_acknowledgment_that_is_captured_makes_it_spurious()
    {
        SocketSequence sequence = new Talk().Handshake().C("ACK", 1, 1, "abc").S("ACK", 1, 4).C("ACK", 1, 1, "abc", after: 300).S("ACK", 1, 4).Sequence();
        Assert.Equal([None, Unanswered, Retransmission | SpuriousRetransmission, DuplicateAcknowledgment], Events(sequence));
    }

    [Fact]
    public void What_was_overtaken_is_out_of_order_and_what_comes_late_is_sent_again()
    {
        SocketSequence overtaken = new Talk().Handshake().C("ACK", 4, 1, "def").C("ACK", 1, 1, "abc", after: 0.5).Sequence();
        Assert.Equal([PreviousNotCaptured, OutOfOrder], Events(overtaken));
        Assert.Equal("3 bytes before it were not captured.", overtaken.Steps[3].Note);
        SocketSequence late = new Talk().Handshake().C("ACK", 4, 1, "def").C("ACK", 1, 1, "abc", after: 200).Sequence();
        Assert.Equal([PreviousNotCaptured, Retransmission], Events(late));
    }

    [Fact]
    public void An_acknowledgment_of_what_was_not_captured()
    {
        SocketSequence sequence = new Talk().Handshake().S("ACK", 1, 100).C("ACK", 100, 1, "x").Sequence();
        Assert.Equal([AcknowledgesNotCaptured, None], Events(sequence));
    }

    [Fact]
    public void A_full_window_is_probed_and_opens()
    {
        Talk talk = new Talk().Handshake().C("ACK", 1, 1, "abc").S("ACK", 1, 4, window: 0).C("ACK", 3, 1, after: 200).S("ACK", 1, 4, window: 0);
        SocketSequence sequence = talk.C("ACK", 3, 1, after: 400).S("ACK", 1, 4, window: 100).C("ACK", 4, 1, "d").Sequence();
        Assert.Equal([None, ZeroWindow, ZeroWindowProbe, ZeroWindow | KeepAliveAcknowledgment, ZeroWindowProbe, WindowUpdate, None], Events(sequence));
        Assert.Equal("Window update: room for 100 bytes.", sequence.Steps[8].Note);
    }

    [Fact]
    public void A_keep_alive_and_its_answer()
    {
        SocketSequence sequence = new Talk().Handshake().C("ACK", 0, 1, after: 1000).S("ACK", 1, 1).C("ACK", 0, 1, "\0", after: 1000).S("ACK", 1, 1).Sequence();
        Assert.Equal([KeepAlive, KeepAliveAcknowledgment, KeepAlive, KeepAliveAcknowledgment], Events(sequence));
        Assert.Equal(0, sequence.BytesToServer);
    }

    [Fact]
    public void One_byte_that_was_not_acknowledged_is_no_keep_alive()
    {
        SocketSequence sequence = new Talk().Handshake().C("PSH ACK", 1, 1, "A").C("PSH ACK", 1, 1, "A", after: 200).S("ACK", 1, 2).Sequence();
        Assert.Equal([Unanswered, Retransmission, None], Events(sequence));
    }

    [Theory]
    [InlineData(7, 7, 512L << 7)]
    [InlineData(7, -1, 512L)]
    [InlineData(200, 3, 512L << 14)]
    public void The_window_is_scaled_where_both_sides_say_so(int client, int server, long expected)
    {
        SocketSequence sequence = new Talk().C("SYN", 0, window: 65535, options: [3, 3, (byte)client, 0]).S("SYN ACK", 0, 1, options: server < 0 ? [] : [3, 3, (byte)server, 0]).C("ACK", 1, 1).Sequence();
        Assert.Equal([65535, 512, expected], sequence.Steps.Select(static s => s.Window));
    }

    [Fact]
    public void A_packet_that_two_interfaces_captured_counts_once()
    {
        SocketPacket[] packets = [.. new Talk().Handshake().Packets.SelectMany(static p => new[]
        {
            SocketPacket.Decode(p.Number, p.TimestampNanoseconds, p.LinkType, p.Bytes, p.Length, "veth0", PacketDirection.Outgoing),
            SocketPacket.Decode(p.Number, p.TimestampNanoseconds, p.LinkType, p.Bytes, p.Length, "veth1", PacketDirection.Incoming),
        })];
        Assert.Equal([None, None, None], Events(Assert.Single(SocketSequence.FromPackets(packets)), 0));
    }

    [Fact]
    public void Datagrams_are_plain_arrows()
    {
        Talk talk = new();
        talk.Datagram(talk.Client, talk.Server, "question"u8.ToArray()).Datagram(talk.Server, talk.Client, []);
        SocketSequence sequence = talk.Sequence();
        Assert.Equal(("UDP", 2), (sequence.Protocol, sequence.Steps.Count));
        Assert.Equal(["8 bytes \"question\"", "0 bytes"], sequence.Steps.Select(static s => s.Label));
        Assert.All(sequence.Steps, static s => Assert.Equal((null, null, null, null), (s.ClientState, s.ServerState, s.SequenceNumber, s.Window)));
        Assert.Equal("2 datagrams, 8 bytes to the server", sequence.Summary);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", (byte)3, (byte)3, "ICMP port unreachable", "No socket is bound to port 9734: ECONNREFUSED.")]
    [InlineData("127.0.0.1", "192.0.2.7", (byte)3, (byte)1, "ICMP host unreachable", "From 192.0.2.7, on the way.")]
    [InlineData("::1", "::1", (byte)1, (byte)4, "ICMPv6 port unreachable", "No socket is bound to port 9734: ECONNREFUSED.")]
    public void An_icmp_error_belongs_to_what_it_quotes(string address, string reporter, byte type, byte code, string label, string note)
    {
        Talk talk = new() { Client = new(IPAddress.Parse(address), 50124), Server = new(IPAddress.Parse(address), 9734) };
        SocketSequence sequence = talk.Datagram(talk.Client, talk.Server, "x"u8.ToArray()).Unreachable(reporter, type, code).Sequence();
        Assert.Equal((label, note, SocketSequenceSide.Server, Icmp), (sequence.Steps[1].Label, sequence.Steps[1].Note, sequence.Steps[1].From, sequence.Steps[1].Events));
    }

    [Fact]
    public void An_icmp_error_about_a_syn_stands_in_its_diagram()
    {
        SocketSequence sequence = new Talk().C("SYN", 0).Unreachable("192.0.2.7", 3, 13).Sequence();
        Assert.Equal(["SYN Seq=0", "ICMP prohibited"], sequence.Steps.Select(static s => s.Label));
        Assert.Equal("SYN_SENT", sequence.ClientState);
    }

    [Fact]
    public void What_is_no_connection_and_no_datagram_is_left_out()
    {
        Talk talk = new();
        talk.Add(IPAddress.Loopback, IPAddress.Loopback, 1, [8, 0, 0, 0, 0, 0, 0, 0], 0.1); // an echo request
        talk.Add(IPAddress.Loopback, IPAddress.Loopback, 6, [1, 2, 3, 4, 5, 6], 0.1); // a header cut short
        talk.Add(IPAddress.Loopback, IPAddress.Loopback, 132, new byte[12], 0.1); // SCTP
        Assert.Empty(SocketSequence.FromPackets(talk.Packets));
    }

    private static byte[] Number(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
