using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>The state machine beside two sides that keep their own state, and with segments that make no sense.</summary>
public sealed class SequencePropertyTests
{
    // The moves of RFC 9293, figure 5, and those of RST. One segment may make several.
    private static readonly Dictionary<string, string> s_moves = new()
    {
        ["CLOSED"] = "",
        ["LISTEN"] = "SYN_RECEIVED",
        ["SYN_SENT"] = "SYN_RECEIVED ESTABLISHED CLOSED",
        ["SYN_RECEIVED"] = "ESTABLISHED FIN_WAIT_1 CLOSED LISTEN",
        ["ESTABLISHED"] = "FIN_WAIT_1 CLOSE_WAIT CLOSED",
        ["FIN_WAIT_1"] = "FIN_WAIT_2 CLOSING CLOSED",
        ["FIN_WAIT_2"] = "TIME_WAIT CLOSED",
        ["CLOSE_WAIT"] = "LAST_ACK CLOSED",
        ["CLOSING"] = "TIME_WAIT CLOSED",
        ["LAST_ACK"] = "CLOSED",
        ["TIME_WAIT"] = "CLOSED",
    };

    [Fact]
    public void Without_loss_the_states_are_those_that_the_sides_had()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            TcpModel model = new(seed, loss: 0);
            model.Run();
            Assert.Equal(model.States, Follow(model.Captured));
            Assert.True(model is { Client: "TIME_WAIT", Server: "CLOSED" } or { Client: "CLOSED", Server: "TIME_WAIT" });
        }
    }

    // What was lost shows only when it is sent again. It always is here, so every state is the true one.
    [Fact]
    public void With_loss_the_states_are_those_that_the_sides_had()
    {
        int lost = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            TcpModel model = new(seed, loss: 0.3);
            model.Run();
            List<(string Client, string Server)> found = Follow(model.Captured);
            Assert.True(model.States.SequenceEqual(found), $"seed {seed}:\n" + string.Join('\n', model.Captured.Select((s, i) =>
                $"{s.From} {(s.Syn ? "SYN " : "")}{(s.Fin ? "FIN " : "")}{s.Sequence} {s.Acknowledgment} {s.Length}: {model.States[i]} found {found[i]}")));
            lost += model.Captured.Count(static s => s.Space > 0);
        }

        Assert.True(lost > 10_000);
    }

    [Fact]
    public void Segments_that_make_no_sense_move_the_states_only_where_the_rfc_does_and_draw_well()
    {
        Random random = new(9734);
        for (int round = 0; round < 1000; round++)
        {
            Talk talk = Nonsense(random, random.Next(1, 25));
            foreach (SocketSequence sequence in SocketSequence.FromPackets(talk.Packets, new() { MaximumSteps = random.Next(2, 20), AbsoluteSequenceNumber = round % 2 == 0 }))
            {
                Moves(sequence.Steps.Select(static s => s.ClientState));
                Moves(sequence.Steps.Select(static s => s.ServerState));
                SequenceDrawingTests.Aligned(sequence);
                SequenceDrawingTests.Proper(sequence.Mermaid);
                SequenceDrawingTests.Parse(sequence.Svg);
            }
        }
    }

    [Fact]
    public void Every_packet_is_in_exactly_one_diagram()
    {
        Random random = new(9734);
        for (int round = 0; round < 300; round++)
        {
            Talk talk = Nonsense(random, 40);
            long[] numbers = [.. SocketSequence.FromPackets(talk.Packets).SelectMany(static s => s.Steps).Select(static s => s.Packet.Number).Order()];
            Assert.Equal(talk.Packets.Select(static p => p.Number), numbers);
        }
    }

    [Theory]
    [InlineData("fin")]
    [InlineData("again")]
    [InlineData("reset")]
    [InlineData("holes")]
    [InlineData("ackless")]
    public void A_hostile_capture_does_not_take_time_with_the_square_of_its_length(string kind)
    {
        const int Count = 100_000;
        SegmentTrace trace = new();
        long before = ThreadTime.Now;
        for (int i = 0; i < Count; i++)
        {
            bool late = i > Count / 2;
            trace.Add(new Segment
            {
                From = (SocketSequenceSide)(kind is "fin" or "reset" && late ? 1 : 0),
                Time = i,
                Sequence = (uint)(kind switch { "again" => (i % 2000) * 10, "holes" => i * 2000, _ => i * 10 }),
                Ack = kind != "ackless",
                Fin = kind == "fin" && !late,
                Rst = kind == "reset" && !late,
                Length = kind == "reset" ? 0 : 10,
            });
        }

        Assert.Equal(Count, new TcpConversation(trace).Moments.Count);
        Assert.InRange(ThreadTime.Now - before, 0, 30_000_000_000);
    }

    private static List<(string Client, string Server)> Follow(List<Segment> segments)
    {
        SegmentTrace trace = new();
        segments.ForEach(trace.Add);
        return [.. new TcpConversation(trace).Moments.Select(static m => (m.Client.Name() ?? "-", m.Server.Name() ?? "-"))];
    }

    private static void Moves(IEnumerable<string?> states)
    {
        string? before = null;
        bool lived = false;
        foreach (string? state in states)
        {
            // What a side was at the beginning is assumed, and may turn out to be wrong; once it has lived, CLOSED is the end.
            bool assumed = !lived && before is (null or "CLOSED" or "LISTEN" or "ESTABLISHED");
            Assert.True(assumed || state == before || (state is not null && Reachable(before!).Contains(state)), $"{before} to {state}");
            lived |= state is not (null or "CLOSED" or "LISTEN" or "ESTABLISHED");
            before = state;
        }
    }

    private static HashSet<string> Reachable(string from)
    {
        HashSet<string> found = [];
        Stack<string> open = new([from]);
        while (open.TryPop(out string? state))
        {
            foreach (string next in s_moves[state].Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(found.Add))
            {
                open.Push(next);
            }
        }

        return found;
    }

    // Few numbers and few ports, so that much of it nearly makes sense.
    private static Talk Nonsense(Random random, int count)
    {
        Talk talk = new();
        IPEndPoint[] ends = [talk.Client, talk.Server, IPEndPoint.Parse("[::1]:1"), IPEndPoint.Parse("[::1]:40000")];
        for (int i = 0; i < count; i++)
        {
            int pair = random.Next(5) == 0 ? 2 : 0;
            int from = random.Next(2);
            string flags = ((TcpFlags)(random.Next(3) == 0 ? random.Next(1, 256) : (int)TcpFlags.ACK | random.Next(8))).ToString().Replace(", ", " ", StringComparison.Ordinal);
            byte[] payload = new byte[random.Next(3) == 0 ? random.Next(1, 6) : 0];
            random.NextBytes(payload);
            byte[] options = random.Next(4) == 0 ? [1, 1, 5, 10, 0, 0, 0, (byte)random.Next(9), 0, 0, 0, (byte)random.Next(9)] : [];
            talk.Segment(ends[pair + from], ends[pair + 1 - from], flags, unchecked((uint)random.Next(-4, 8)), unchecked((uint)random.Next(-4, 8)), payload, random.Next(3), options, random.Next(4));
        }

        return talk;
    }
}
