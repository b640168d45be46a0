using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace SocketTools.Tests.Inspection;

/// <summary>struct tcp_info as the C compiler lays it out, and as a kernel may cut it.</summary>
public sealed class TcpInfoReaderTests
{
    private const string Header = "/usr/include/linux/tcp.h";

    // The fields of the header, and what each is here when it holds 1,000 and its place in this list.
    private static readonly (string Field, Func<SocketTcpInfo, object?> Property, Func<int, object> Expected)[] s_fields =
    [
        ("rto", static i => i.RetransmissionTimeout, Microseconds), ("ato", static i => i.DelayedAckTimeout, Microseconds),
        ("snd_mss", static i => i.SendMss, Number), ("rcv_mss", static i => i.ReceiveMss, Number),
        ("unacked", static i => i.Unacked, Number), ("sacked", static i => i.Sacked, Number), ("lost", static i => i.Lost, Number), ("retrans", static i => i.Retrans, Number),
        ("last_data_sent", static i => i.LastDataSent, Milliseconds), ("last_data_recv", static i => i.LastDataReceived, Milliseconds),
        ("last_ack_recv", static i => i.LastAckReceived, Milliseconds), ("pmtu", static i => i.PathMtu, Number),
        ("rcv_ssthresh", static i => i.ReceiveSlowStartThreshold, Number), ("rtt", static i => i.RoundTripTime, Microseconds),
        ("rttvar", static i => i.RoundTripVariance, Microseconds), ("snd_ssthresh", static i => i.SlowStartThreshold, Number),
        ("snd_cwnd", static i => i.CongestionWindow, Number), ("advmss", static i => i.AdvertisedMss, Number), ("reordering", static i => i.Reordering, Number),
        ("rcv_rtt", static i => i.ReceiveRoundTripTime, Microseconds), ("rcv_space", static i => i.ReceiveSpace, Number),
        ("total_retrans", static i => i.TotalRetransmits, Number), ("pacing_rate", static i => i.PacingRate, Number), ("max_pacing_rate", static i => i.MaxPacingRate, Number),
        ("bytes_acked", static i => i.BytesAcked, Number), ("bytes_received", static i => i.BytesReceived, Number),
        ("segs_out", static i => i.SegmentsOut, Number), ("segs_in", static i => i.SegmentsIn, Number), ("notsent_bytes", static i => i.NotSentBytes, Number),
        ("min_rtt", static i => i.MinRoundTripTime, Microseconds), ("data_segs_in", static i => i.DataSegmentsIn, Number),
        ("data_segs_out", static i => i.DataSegmentsOut, Number), ("delivery_rate", static i => i.DeliveryRate, Number),
        ("busy_time", static i => i.BusyTime, Microseconds), ("rwnd_limited", static i => i.ReceiveWindowLimited, Microseconds),
        ("sndbuf_limited", static i => i.SendBufferLimited, Microseconds), ("delivered", static i => i.Delivered, Number),
        ("delivered_ce", static i => i.DeliveredMarked, Number), ("bytes_sent", static i => i.BytesSent, Number),
        ("bytes_retrans", static i => i.BytesRetransmitted, Number), ("dsack_dups", static i => i.DsackDuplicates, Number),
        ("reord_seen", static i => i.ReorderingSeen, Number), ("rcv_ooopack", static i => i.OutOfOrderSegments, Number),
        ("snd_wnd", static i => i.SendWindow, Number), ("rcv_wnd", static i => i.ReceiveWindow, Number),
    ];

    // Channel and CongestionAlgorithm are no part of the structure.
    private static readonly PropertyInfo[] s_properties =
        [.. typeof(SocketTcpInfo).GetProperties().Where(static p => p.Name is not (nameof(SocketTcpInfo.Channel) or nameof(SocketTcpInfo.CongestionAlgorithm)))];

    [Fact]
    public void Every_field_is_where_the_C_compiler_puts_it()
    {
        Assert.SkipUnless(CCompiler.Exists && File.Exists(Header), "no C compiler, or no linux/tcp.h");
        HashSet<string> known = [.. Regex.Matches(File.ReadAllText(Header), @"tcpi_(\w+)").Select(static m => m.Groups[1].Value)];
        (string Field, int Value)[] set = [.. s_fields.Select(static (f, i) => (f.Field, 1000 + i)).Where(f => known.Contains(f.Field))];
        Assert.True(set.Length > 25, $"The header has only {set.Length} of the fields.");

        string output = CCompiler.Run($$"""
            #include <stdio.h>
            #include <string.h>
            #include <linux/tcp.h>
            int main(void)
            {
                struct tcp_info info;
                memset(&info, 0, sizeof info);
                info.tcpi_state = 4; info.tcpi_ca_state = 3; info.tcpi_retransmits = 5; info.tcpi_probes = 6; info.tcpi_backoff = 7;
                info.tcpi_options = TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_ECN;
                info.tcpi_snd_wscale = 9; info.tcpi_rcv_wscale = 12; info.tcpi_delivery_rate_app_limited = 1;
                {{string.Concat(set.Select(static f => $"info.tcpi_{f.Field} = {f.Value};\n"))}}
                for (size_t i = 0; i < sizeof info; i++) printf("%02x", ((unsigned char *)&info)[i]);
                return 0;
            }
            """);
        SocketTcpInfo info = SocketTcpInfo.Read(Convert.FromHexString(output));

        Assert.Equal(("FIN_WAIT_1", "Recovery", 5, 6, 7), (info.State, info.CongestionState, info.Retransmits, info.Probes, info.Backoff));
        Assert.Equal(SocketTcpOptions.Timestamps | SocketTcpOptions.Sack | SocketTcpOptions.Ecn, info.Options);
        Assert.Equal((9, 12, true), (info.SendWindowScale, info.ReceiveWindowScale, info.DeliveryRateAppLimited));
        foreach ((string field, Func<SocketTcpInfo, object?> property, Func<int, object> expected) in s_fields)
        {
            int value = set.FirstOrDefault(s => s.Field == field).Value;
            object? want = value != 0 ? expected(value) : field == "rcv_wnd" ? property(info) : null; // A header may be older than the reader.
            Assert.Equal((field, want), (field, property(info)));
        }
    }

    [Theory]
    [InlineData(1, "ESTABLISHED")]
    [InlineData(2, "SYN_SENT")]
    [InlineData(3, "SYN_RECEIVED")]
    [InlineData(4, "FIN_WAIT_1")]
    [InlineData(5, "FIN_WAIT_2")]
    [InlineData(6, "TIME_WAIT")]
    [InlineData(7, "CLOSED")]
    [InlineData(8, "CLOSE_WAIT")]
    [InlineData(9, "LAST_ACK")]
    [InlineData(10, "LISTEN")]
    [InlineData(11, "CLOSING")]
    [InlineData(12, "SYN_RECEIVED")]
    [InlineData(77, "77")]
    public void States_have_the_names_of_the_RFC(byte state, string name) => Assert.Equal(name, SocketTcpInfo.Read([state]).State);

    [Fact]
    public void A_shorter_answer_leaves_the_later_fields_null_and_the_others_as_they_are()
    {
        byte[] whole = new byte[236];
        new Random(9734).NextBytes(whole);
        SocketTcpInfo full = SocketTcpInfo.Read(whole);
        int before = 0;
        for (int length = 0; length <= whole.Length; length++)
        {
            SocketTcpInfo cut = SocketTcpInfo.Read(whole.AsSpan(0, length));
            int there = 0;
            foreach (PropertyInfo property in s_properties)
            {
                object? value = property.GetValue(cut);
                Assert.True(value is null || value.Equals(property.GetValue(full)), $"{property.Name} of {length} bytes is {value}.");
                there += value is null ? 0 : 1;
            }

            Assert.True(there >= before, $"{length} bytes tell less than {length - 1}.");
            before = there;
        }

        Assert.Equal(s_properties.Count(p => p.GetValue(full) is not null), before);
        Assert.All(s_properties, static p => Assert.Null(p.GetValue(SocketTcpInfo.Read([]))));
        Assert.Null(SocketTcpInfo.Read(whole.AsSpan(0, 71)).RoundTripTime); // one byte short
        Assert.NotNull(SocketTcpInfo.Read(whole.AsSpan(0, 72)).RoundTripTime);
    }

    [Fact]
    public void Longer_answers_of_later_kernels_are_read_as_far_as_they_are_known()
    {
        byte[] bytes = new byte[236];
        new Random(1).NextBytes(bytes);
        Assert.Equal(SocketTcpInfo.Read(bytes), SocketTcpInfo.Read([.. bytes, .. new byte[4000]]));
    }

    [Fact]
    public void Any_bytes_of_any_length_give_an_object()
    {
        Random random = new(9734);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(300)];
            if (i % 3 == 0)
            {
                bytes.AsSpan().Fill(0xFF);
            }
            else
            {
                random.NextBytes(bytes);
            }

            SocketTcpInfo info = SocketTcpInfo.Read(bytes);
            Assert.All([info.BytesAcked, info.PacingRate, info.Unacked, info.DeliveryRate], static n => Assert.False(n < 0));
            Assert.All([info.BusyTime, info.RoundTripTime, info.LastDataSent], static t => Assert.False(t < TimeSpan.Zero));
            _ = info.ToString();
        }
    }

    [Fact]
    public void What_means_that_there_is_none_is_null()
    {
        byte[] bytes = new byte[236];
        bytes.AsSpan(104, 16).Fill(0xFF); // no limit of pacing
        bytes.AsSpan(148, 4).Fill(0xFF); // no sample of the shortest round trip
        BitConverter.GetBytes(0x7FFFFFFF).CopyTo(bytes, 76); // no end of slow start
        SocketTcpInfo info = SocketTcpInfo.Read(bytes);

        Assert.Null(info.PacingRate);
        Assert.Null(info.MaxPacingRate);
        Assert.Null(info.MinRoundTripTime);
        Assert.Null(info.SlowStartThreshold);
        Assert.Null(info.LastDataSent); // no segment was ever received
        bytes[140] = 1;
        Assert.Equal(TimeSpan.Zero, SocketTcpInfo.Read(bytes).LastDataSent);
    }

    private static object Number(int value) => (long)value;

    private static object Microseconds(int value) => TimeSpan.FromTicks(value * TimeSpan.TicksPerMicrosecond);

    private static object Milliseconds(int value) => TimeSpan.FromTicks(value * TimeSpan.TicksPerMillisecond);
}
