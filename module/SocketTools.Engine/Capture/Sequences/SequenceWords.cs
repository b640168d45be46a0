using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SocketTools.Capture;

/// <summary>The words that stand around the arrows, the same in each form of a drawing.</summary>
internal static class SequenceWords
{
    public static string Title(SocketSequence sequence) => $"{sequence.Protocol} {sequence.Client} to {sequence.Server}";

    /// <summary>The unit of the times of a drawing, and how they are written in at most eight columns.</summary>
    public static (string Unit, double Ticks, string Format) Times(SocketSequence sequence) =>
        sequence.Steps.Max(static s => Math.Abs(s.Time.TotalSeconds)) switch
        {
            < 10 => ("ms", TimeSpan.TicksPerMillisecond, "0.000"),
            < 1000 => ("s", TimeSpan.TicksPerSecond, "0.000"),
            < 100_000 => ("s", TimeSpan.TicksPerSecond, "0.0"),
            _ => ("h", TimeSpan.TicksPerHour, "0.0"),
        };

    public static string Name(SocketSequenceSide side) => side == SocketSequenceSide.Client ? "client" : "server";

    public static string Count(long number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {one}{(number == 1 ? "" : "s")}");

    public static string Summary(SocketSequence sequence)
    {
        List<string> parts = [];
        if (sequence.Protocol == "TCP")
        {
            parts.Add(sequence.Opening switch
            {
                SocketSequenceOpening.ThreeWayHandshake => "three-way handshake",
                SocketSequenceOpening.SimultaneousOpen => "simultaneous open",
                SocketSequenceOpening.Refused => "connection refused",
                SocketSequenceOpening.NoAnswer => "no answer",
                SocketSequenceOpening.Unfinished => "handshake not finished",
                _ => "captured from the middle on",
            });
        }

        AddBytes(parts, sequence.BytesToServer, "to the server");
        AddBytes(parts, sequence.BytesToClient, "to the client");
        if (sequence.Protocol == "UDP")
        {
            parts.Insert(0, Count(sequence.Steps.Count(static s => s.Packet.Icmp is null), "datagram"));
        }

        if (sequence.Retransmissions > 0)
        {
            parts.Add(Count(sequence.Retransmissions, "retransmission"));
        }

        if (Close(sequence) is { } close)
        {
            parts.Add(close);
        }

        string all = string.Join(", ", parts);
        return char.ToUpperInvariant(all[0]) + all[1..];
    }

    /// <summary>What the next steps are, where a part of the connection's life begins.</summary>
    public static string Heading(SocketSequence sequence, SocketSequencePhase phase, bool again) => phase switch
    {
        SocketSequencePhase.Handshake => sequence.Opening switch
        {
            SocketSequenceOpening.ThreeWayHandshake => "Three-way handshake",
            SocketSequenceOpening.SimultaneousOpen => "Simultaneous open",
            SocketSequenceOpening.Refused or SocketSequenceOpening.NoAnswer => "Attempt to connect",
            SocketSequenceOpening.Unfinished => "Handshake, not finished",
            _ => "Handshake",
        },
        SocketSequencePhase.HalfClose => "Half-close: one side still sends",
        SocketSequencePhase.Close => sequence.Closing switch
        {
            _ when again => "The other half closes",
            SocketSequenceClosing.FourWay => sequence.Steps.Any(static s => s.Phase == SocketSequencePhase.HalfClose) ? "Close of one half" : "Four-way close",
            SocketSequenceClosing.ThreeWay => "Three-way close: ACK and FIN in one",
            SocketSequenceClosing.Simultaneous => "Simultaneous close",
            SocketSequenceClosing.HalfClose => "Close of one half",
            _ => "Close",
        },
        SocketSequencePhase.Reset => sequence.Opening == SocketSequenceOpening.Refused ? "Refused" : "Reset",
        _ => "Data",
    };

    /// <summary>What is to be said below a drawing.</summary>
    public static IEnumerable<string> Remarks(SocketSequence sequence, int folded)
    {
        if (folded > 0)
        {
            yield return $"{Count(sequence.Steps.Count - folded, "step")} of {sequence.Steps.Count.ToString("N0", CultureInfo.InvariantCulture)} are drawn.";
        }

        if (sequence.Protocol != "TCP")
        {
            yield break;
        }

        if (sequence.Opening == SocketSequenceOpening.NotCaptured)
        {
            yield return "The packets begin in the middle: the states at the beginning are assumed.";
        }

        if (sequence.Opening == SocketSequenceOpening.NoAnswer)
        {
            yield return "Nothing came back: the SYN was dropped, on the way or by a listener whose backlog is full.";
        }

        bool client = sequence.ClientState == "TIME_WAIT";
        bool server = sequence.ServerState == "TIME_WAIT";
        if (client || server)
        {
            yield return client && server ? "Both closed first, so both stay in TIME_WAIT: 60 seconds on Linux, then CLOSED."
                : $"The {(client ? "client" : "server")} closed first, so it stays in TIME_WAIT: 60 seconds on Linux, then CLOSED.";
        }
    }

    private static string? Close(SocketSequence sequence) => sequence.Closing switch
    {
        SocketSequenceClosing.FourWay => "four-way close",
        SocketSequenceClosing.ThreeWay => "three-way close",
        SocketSequenceClosing.Simultaneous => "simultaneous close",
        SocketSequenceClosing.HalfClose => $"closed by the {Name(sequence.ClosedBy!.Value)} only",
        SocketSequenceClosing.Reset => $"reset by the {Name(sequence.ClosedBy!.Value)}",
        _ => null,
    };

    private static void AddBytes(List<string> parts, long bytes, string where)
    {
        if (bytes > 0)
        {
            parts.Add($"{Count(bytes, "byte")} {where}");
        }
    }
}
