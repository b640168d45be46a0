using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class TcpInfoTests
{
    [Fact]
    public void A_connection_tells_what_it_did()
    {
        SkipUnlessLinux();
        using ChannelPair pair = new();
        pair.Client.Send(new byte[1000], Within.Ten);
        pair.Server.ReceiveExactly(1000, Within.Ten);
        Within.TenSeconds(() => pair.Client.GetTcpInfo().Unacked == 0, "the data is acknowledged");

        SocketTcpInfo client = pair.Client.GetTcpInfo();
        SocketTcpInfo server = pair.Server.GetTcpInfo();
        Assert.Same(pair.Client, client.Channel);
        Assert.Equal(("ESTABLISHED", 1000, 1001, 0), (client.State, client.BytesSent, client.BytesAcked, client.BytesReceived));
        Assert.Equal(("ESTABLISHED", 0, 1000), (server.State, server.BytesSent, server.BytesReceived));
        Assert.Equal(1, client.DataSegmentsOut);
        Assert.Equal(1, server.DataSegmentsIn);
        Assert.InRange(client.RoundTripTime!.Value, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1));
        Assert.InRange(client.RetransmissionTimeout!.Value, client.RoundTripTime.Value, TimeSpan.FromSeconds(10));
        Assert.True(client.SendMss > 500 && client.CongestionWindow > 0);
        Assert.Matches("^[a-z0-9_-]+$", client.CongestionAlgorithm);
    }

    [Fact]
    public void Each_end_goes_through_its_states()
    {
        SkipUnlessLinux();
        using ChannelPair pair = new();
        pair.Client.Shutdown(SocketShutdown.Send);
        Within.TenSeconds(() => pair.Client.GetTcpInfo().State == "FIN_WAIT_2", "the FIN is acknowledged");
        Assert.Equal("CLOSE_WAIT", pair.Server.GetTcpInfo().State);
        pair.Server.Shutdown(SocketShutdown.Send);
        Within.TenSeconds(() => pair.Server.GetTcpInfo().State == "CLOSED", "the second FIN is acknowledged");
    }

    [Fact]
    public void A_listener_tells_who_waits_and_its_backlog()
    {
        SkipUnlessLinux();
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 7, BindOptions.Default, Within.Ten);
        SocketTcpInfo idle = listener.Channel.GetTcpInfo();
        Assert.Equal(("LISTEN", 0, 7, null), (idle.State, idle.Unacked, idle.Sacked, idle.LastDataSent));
        using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        Within.TenSeconds(() => listener.Channel.GetTcpInfo().Unacked == 1, "the connection waits");
    }

    [Fact]
    public void A_socket_without_a_connection_has_no_times()
    {
        SkipUnlessLinux();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Unspecified);
        SocketTcpInfo info = channel.GetTcpInfo();
        Assert.Equal(("CLOSED", null, null), (info.State, info.LastDataSent, info.MinRoundTripTime));
    }

    [Theory]
    [InlineData(AddressFamily.Unix, SocketType.Stream)]
    [InlineData(AddressFamily.InterNetwork, SocketType.Dgram)]
    [InlineData(AddressFamily.InterNetworkV6, SocketType.Dgram)]
    public void What_is_no_TCP_socket_is_EOPNOTSUPP(AddressFamily family, SocketType type)
    {
        using SocketChannel channel = SocketChannel.Create(family, type, ProtocolType.Unspecified);
        Assert.Equal(channel, Fails.With(Errno.EOPNOTSUPP, () => channel.GetTcpInfo()).Target);
    }

    [Fact]
    public void A_closed_channel_is_EBADF()
    {
        SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        channel.Close();
        Fails.With(Errno.EBADF, () => channel.GetTcpInfo());
    }

    [Fact]
    public void The_calls_are_shown()
    {
        CallsInUse.SkipUnlessLibc("the arguments");
        SkipUnlessLinux();
        using ChannelPair pair = new();
        List<SystemCallRecord> calls = [];
        pair.Client.GetTcpInfo(calls.Add);
        Assert.Equal(["getsockopt", "getsockopt"], calls.Select(static c => c.Name));
        Assert.Contains("IPPROTO_TCP, TCP_INFO, ", calls[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("IPPROTO_TCP, TCP_CONGESTION, ", calls[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ss_says_the_same_of_both_ends()
    {
        SkipUnlessLinux();
        using ChannelPair pair = new();
        pair.Client.Send(new byte[100_000], Within.Ten);
        pair.Server.ReceiveExactly(100_000, Within.Ten);
        pair.Server.Send([1], Within.Ten);
        pair.Client.ReceiveExactly(1, Within.Ten);
        Within.TenSeconds(() => pair.Client.GetTcpInfo().Unacked == 0 && pair.Server.GetTcpInfo().Unacked == 0, "all is acknowledged");
        foreach (SocketChannel channel in new[] { pair.Client, pair.Server })
        {
            // A delayed acknowledgment may still go out: once more, where something moved meanwhile.
            bool equal = false;
            for (int i = 0; i < 5 && !equal; i++)
            {
                SocketTcpInfo before = channel.GetTcpInfo();
                string text = Ss(channel);
                SocketTcpInfo after = channel.GetTcpInfo();
                equal = Still(before) == Still(after);
                if (equal)
                {
                    Compare(after, before, text);
                }
            }

            Assert.True(equal, "Something moved around each reading.");
        }
    }

    private static SocketTcpInfo Still(SocketTcpInfo info) => info with { LastDataSent = null, LastDataReceived = null, LastAckReceived = null };

    private static void Compare(SocketTcpInfo info, SocketTcpInfo before, string text)
    {
        Dictionary<string, string> said = Regex.Matches(text, @"(?<= )([a-z_]+):(\S+)").DistinctBy(static m => m.Groups[1].Value).ToDictionary(static m => m.Groups[1].Value, static m => m.Groups[2].Value);
        List<string> compared = [];

        // Ss leaves out a counter that is zero.
        Number("mss", info.SendMss);
        Number("pmtu", info.PathMtu);
        Number("rcvmss", info.ReceiveMss);
        Number("advmss", info.AdvertisedMss);
        Number("cwnd", info.CongestionWindow);
        Number("ssthresh", info.SlowStartThreshold);
        Number("bytes_sent", info.BytesSent);
        Number("bytes_acked", info.BytesAcked);
        Number("bytes_received", info.BytesReceived);
        Number("bytes_retrans", info.BytesRetransmitted);
        Number("segs_out", info.SegmentsOut);
        Number("segs_in", info.SegmentsIn);
        Number("data_segs_out", info.DataSegmentsOut);
        Number("data_segs_in", info.DataSegmentsIn);
        Number("delivered", info.Delivered);
        Number("rcv_space", info.ReceiveSpace);
        Number("rcv_ssthresh", info.ReceiveSlowStartThreshold);
        Number("snd_wnd", info.SendWindow);
        Number("rcv_wnd", info.ReceiveWindow);
        Number("notsent", info.NotSentBytes);
        Text("rto", Milliseconds(info.RetransmissionTimeout));
        Text("ato", Milliseconds(info.DelayedAckTimeout));
        Text("minrtt", Milliseconds(info.MinRoundTripTime));
        Text("rtt", $"{Milliseconds(info.RoundTripTime)}/{Milliseconds(info.RoundTripVariance)}");
        Text("wscale", $"{info.SendWindowScale},{info.ReceiveWindowScale}");
        Assert.Contains($" {info.CongestionAlgorithm} ", text, StringComparison.Ordinal);
        Assert.Equal(info.Options!.Value.HasFlag(SocketTcpOptions.Timestamps), Regex.IsMatch(text, @"\sts\s"));
        Assert.Equal(info.Options!.Value.HasFlag(SocketTcpOptions.Sack), Regex.IsMatch(text, @"\ssack\s"));
        Assert.Equal(info.DeliveryRateAppLimited == true, text.Contains(" app_limited", StringComparison.Ordinal));
        Between("lastsnd", before.LastDataSent, info.LastDataSent);
        Between("lastrcv", before.LastDataReceived, info.LastDataReceived);
        Between("lastack", before.LastAckReceived, info.LastAckReceived);
        Rate("pacing_rate", info.PacingRate);
        Rate("delivery_rate", info.DeliveryRate);
        Assert.True(compared.Count > 15, $"Only these were compared: {string.Join(' ', compared)} of {text}");

        void Number(string name, long? value) => Text(name, value?.ToString());

        void Text(string name, string? value)
        {
            if (said.TryGetValue(name, out string? words))
            {
                Assert.Equal($"{name}:{value}", $"{name}:{words}");
                compared.Add(name);
            }
        }

        void Between(string name, TimeSpan? from, TimeSpan? to)
        {
            if (said.TryGetValue(name, out string? words))
            {
                Assert.InRange(int.Parse(words), (int)from!.Value.TotalMilliseconds, (int)to!.Value.TotalMilliseconds);
                compared.Add(name);
            }
        }

        // "pacing_rate 7516192768bps": bits, where ours are bytes.
        void Rate(string name, long? value)
        {
            if (Regex.Match(text, $@" {name} (\d+)bps") is { Success: true } match)
            {
                Assert.Equal(value * 8, long.Parse(match.Groups[1].Value));
                compared.Add(name);
            }
        }
    }

    private static string Milliseconds(TimeSpan? time) => FormattableString.Invariant($"{time!.Value.TotalMilliseconds:0.######}");

    private static string Ss(SocketChannel channel)
    {
        int local = ((IPEndPoint)channel.LocalEndPoint!).Port;
        int remote = ((IPEndPoint)channel.RemoteEndPoint!).Port;
        try
        {
            ProcessStartInfo start = new("ss", ["-tinmoH", $"sport = :{local} and dport = :{remote}"]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd().ReplaceLineEndings(" ");
            process.WaitForExit();
            Assert.SkipUnless(text.Contains("rtt:", StringComparison.Ordinal), $"ss tells nothing of the socket here: {text}");
            return text;
        }
        catch (Win32Exception)
        {
            Assert.Skip("ss is not installed");
            throw;
        }
    }

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_INFO is Linux only");
}
