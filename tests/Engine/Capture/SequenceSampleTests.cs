using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using SocketTools.Capture;
using Xunit;
using static SocketTools.SocketSequenceEvents;

namespace SocketTools.Tests.Capture;

/// <summary>The recordings that ship with the module: that they show what they are for, and that tshark finds the same in them.</summary>
public sealed class SequenceSampleTests
{
    private static readonly (SocketSequenceEvents Event, string Field)[] s_analysis =
    [
        (Retransmission, "tcp.analysis.retransmission"), (DuplicateAcknowledgment, "tcp.analysis.duplicate_ack"), (ZeroWindow, "tcp.analysis.zero_window"),
        (KeepAlive | ZeroWindowProbe, "tcp.analysis.keep_alive"), (WindowUpdate, "tcp.analysis.window_update"), (OutOfOrder, "tcp.analysis.out_of_order"),
        (PreviousNotCaptured, "tcp.analysis.lost_segment"), (AcknowledgesNotCaptured, "tcp.analysis.ack_lost_segment"),
    ];

    public static TheoryData<SocketSequenceSample> Samples => [.. Enum.GetValues<SocketSequenceSample>()];

    private static string Folder([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../module/Samples"));

    private static SocketSequence Read(SocketSequenceSample sample) => Assert.Single(SequenceSamples.Read(Folder(), sample, new()));

    [Theory]
    [InlineData(SocketSequenceSample.CharServer, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.FourWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.ThreeWayClose, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.ThreeWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.HalfClose, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.FourWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.SimultaneousClose, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.Simultaneous, "TIME_WAIT", "TIME_WAIT")]
    [InlineData(SocketSequenceSample.SimultaneousOpen, SocketSequenceOpening.SimultaneousOpen, SocketSequenceClosing.FourWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.Refused, SocketSequenceOpening.Refused, SocketSequenceClosing.NotCaptured, "CLOSED", "CLOSED")]
    [InlineData(SocketSequenceSample.Reset, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.Reset, "CLOSED", "CLOSED")]
    [InlineData(SocketSequenceSample.LostSyn, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.FourWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.LostData, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.FourWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.ZeroWindow, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.ThreeWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.KeepAlive, SocketSequenceOpening.ThreeWayHandshake, SocketSequenceClosing.FourWay, "TIME_WAIT", "CLOSED")]
    [InlineData(SocketSequenceSample.Datagram, SocketSequenceOpening.NotCaptured, SocketSequenceClosing.NotCaptured, null, null)]
    [InlineData(SocketSequenceSample.RefusedDatagram, SocketSequenceOpening.NotCaptured, SocketSequenceClosing.NotCaptured, null, null)]
    public void A_recording_shows_what_it_is_for(SocketSequenceSample sample, SocketSequenceOpening opening, SocketSequenceClosing closing, string? client, string? server)
    {
        SocketSequence sequence = Read(sample);
        Assert.Equal((opening, closing, client, server), (sequence.Opening, sequence.Closing, sequence.ClientState, sequence.ServerState));
    }

    [Theory]
    [InlineData(SocketSequenceSample.SimultaneousClose, Crossing)]
    [InlineData(SocketSequenceSample.Refused, Refused)]
    [InlineData(SocketSequenceSample.LostSyn, Unanswered)]
    [InlineData(SocketSequenceSample.LostData, Retransmission)]
    [InlineData(SocketSequenceSample.ZeroWindow, ZeroWindowProbe)]
    [InlineData(SocketSequenceSample.KeepAlive, KeepAlive)]
    [InlineData(SocketSequenceSample.RefusedDatagram, Icmp)]
    public void A_recording_has_the_event_it_is_for(SocketSequenceSample sample, SocketSequenceEvents expected) => Assert.Contains(Read(sample).Steps, s => s.Events.HasFlag(expected));

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_recording_is_small_says_that_it_is_one_and_draws_well(SocketSequenceSample sample)
    {
        Assert.InRange(new FileInfo(Path.Combine(Folder(), $"{sample}.pcapng")).Length, 200, 16 * 1024);
        SocketSequence sequence = Read(sample);
        Assert.Equal($"{sample}", sequence.Recording!.Name);
        Assert.Contains($"Recording of {sequence.Started.UtcDateTime:yyyy-MM-dd} on Linux", sequence.Text);
        SequenceDrawingTests.Aligned(sequence);
        SequenceDrawingTests.Proper(sequence.Mermaid);
        SequenceDrawingTests.Parse(sequence.Svg);
        Assert.All(sequence.Steps, static s => Assert.Empty(s.Packet.Problems));
    }

    [Fact]
    public void There_is_a_file_for_each_recording_and_no_other() =>
        Assert.Equal(Enum.GetNames<SocketSequenceSample>().Order(), Directory.GetFiles(Folder(), "*.pcapng").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void A_recording_that_is_not_there_is_ENOENT()
    {
        SocketFileException error = Assert.Throws<SocketFileException>(() => SequenceSamples.Read(Path.Combine(Folder(), "nowhere"), SocketSequenceSample.CharServer, new()));
        Assert.Equal(Errno.ENOENT, error.Errno);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Tshark_counts_the_same_and_finds_the_same(SocketSequenceSample sample)
    {
        string[] fields = ["tcp.seq", "tcp.ack", "tcp.len", "tcp.window_size", .. s_analysis.Select(static a => a.Field)];
        List<string[]> rows = Tshark(Path.Combine(Folder(), $"{sample}.pcapng"), fields);
        SocketSequence sequence = Read(sample);
        Assert.Equal(rows.Count, sequence.Steps.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            SocketSequenceStep step = sequence.Steps[i];
            if (step.SequenceNumber is null)
            {
                continue;
            }

            Assert.Equal($"{i}: {step.SequenceNumber} {step.AcknowledgmentNumber ?? 0} {step.Length} {step.Window}", $"{i}: {rows[i][0]} {rows[i][1]} {rows[i][2]} {rows[i][3]}");

            // Where both sides opened, tshark takes the SYN that goes along with the ACK for one sent again.
            bool answer = sequence.Opening == SocketSequenceOpening.SimultaneousOpen && step.Label.StartsWith("SYN ACK", StringComparison.Ordinal);
            for (int a = 0; a < s_analysis.Length && !answer; a++)
            {
                // With SACK blocks behind a gap it is a duplicate to us whatever its window, as RFC 6675 has it; to tshark only where the window stayed.
                // The first window behind a SYN is another one only because it is scaled; in the answer to a keep-alive that is no update.
                bool changed = step.Events.HasFlag(DuplicateAcknowledgment | WindowUpdate);
                bool answered = step.Events.HasFlag(KeepAliveAcknowledgment);
                bool theirs = rows[i][4 + a].Length > 0;
                Assert.Equal($"{i} {s_analysis[a].Field}: {(s_analysis[a].Event == DuplicateAcknowledgment ? theirs || changed : theirs && !(answered && s_analysis[a].Event == WindowUpdate))}", $"{i} {s_analysis[a].Field}: {(step.Events & s_analysis[a].Event) != 0}");
            }
        }
    }

    private static List<string[]> Tshark(string file, string[] fields)
    {
        ProcessStartInfo start = new("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["-n", "-r", file, "-T", "fields", "-E", "separator=,", "-E", "occurrence=f", .. fields.SelectMany(static f => new[] { "-e", f })];
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return [.. output.TrimEnd('\n').Split('\n').Select(static l => l.Split(','))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("tshark is not installed");
            throw;
        }
    }
}
