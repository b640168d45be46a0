using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SocketTools.Statistics;
using Xunit;

namespace SocketTools.Tests.Inspection;

/// <summary>The statistics of this kernel, beside what the programs that everybody reads them with say.</summary>
public sealed class SocketStatisticsTests
{
    // What netstat says in words of its own, from statistics.c of net-tools; all else it writes as the kernel names it.
    private static readonly (string Name, string Words)[] s_words =
    [
        ("IpForwarding", "Forwarding: {0}"), ("IpInReceives", "{0} total packets received"), ("IpForwDatagrams", "{0} forwarded"),
        ("IpInDiscards", "{0} incoming packets discarded"), ("IpInDelivers", "{0} incoming packets delivered"), ("IpOutRequests", "{0} requests sent out"),
        ("IcmpInMsgs", "{0} ICMP messages received"), ("IcmpInErrors", "{0} input ICMP message failed"), ("IcmpOutMsgs", "{0} ICMP messages sent"),
        ("IcmpOutErrors", "{0} ICMP messages failed"), ("IcmpMsgInType3", "InType3: {0}"), ("IcmpMsgOutType3", "OutType3: {0}"),
        ("TcpActiveOpens", "{0} active connection openings"), ("TcpPassiveOpens", "{0} passive connection openings"),
        ("TcpAttemptFails", "{0} failed connection attempts"), ("TcpEstabResets", "{0} connection resets received"),
        ("TcpCurrEstab", "{0} connections established"), ("TcpInSegs", "{0} segments received"), ("TcpOutSegs", "{0} segments sent out"),
        ("TcpRetransSegs", "{0} segments retransmitted"), ("TcpInErrs", "{0} bad segments received"), ("TcpOutRsts", "{0} resets sent"),
        ("UdpInDatagrams", "{0} packets received"), ("UdpNoPorts", "{0} packets to unknown port received"), ("UdpInErrors", "{0} packet receive errors"),
        ("UdpOutDatagrams", "{0} packets sent"), ("UdpRcvbufErrors", "{0} receive buffer errors"), ("UdpSndbufErrors", "{0} send buffer errors"),
    ];

    [Fact]
    public void Nstat_says_the_same_of_every_counter() => OwnNetwork.Run(static () =>
    {
        MakeTraffic();
        (Dictionary<string, long> still, string text) = Around("nstat", "-asz");

        Dictionary<string, long> said = [];
        foreach (Match line in Regex.Matches(text, @"^(\S+)\s+(-?\d+)\s+[\d.]+$", RegexOptions.Multiline))
        {
            said[line.Groups[1].Value] = long.Parse(line.Groups[2].Value);
        }

        // Nstat leaves out the settings, and has nothing else that is not here.
        string[] settings = ["IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn", "TcpCurrEstab"];
        HashSet<string> all = [.. SocketStatistics.Read().Select(static s => s.KernelName)];

        // A row for a type of ICMP message is there once such a message was sent, which the kernel does in a new network whenever it likes.
        Assert.Equal(all.Except(settings).Where(IsLasting).Order(), said.Keys.Except(settings).Where(IsLasting).Order());
        Assert.Empty(still.Where(s => said.TryGetValue(s.Key, out long value) && value != s.Value).Select(s => $"{s.Key}: {s.Value} here, {said[s.Key]} there"));
        Assert.True(still.Count > 300 || still.Count > all.Count * 3 / 4, $"Only {still.Count} of {all.Count} counters stood still.");
        Assert.True(still.GetValueOrDefault("TcpActiveOpens") > 0 && still.GetValueOrDefault("UdpNoPorts") > 0, "The traffic was not counted.");
    });

    private static bool IsLasting(string name) => !Regex.IsMatch(name, @"^Icmp.*Type\d+$");

    [Fact]
    public void Netstat_says_the_same_in_its_words() => OwnNetwork.Run(static () =>
    {
        MakeTraffic();
        (Dictionary<string, long> still, string text) = Around("netstat", "-s");
        string[] lines = [.. text.Split('\n').Select(static l => l.Trim())];

        List<string> compared = [];
        foreach ((string name, string words) in s_words)
        {
            if (still.TryGetValue(name, out long value))
            {
                Assert.Contains(string.Format(words, value), lines);
                compared.Add(name);
            }
        }

        // "TcpExt:" and "IpExt:" hold lines such as "TCPDelivered: 7".
        string table = "";
        foreach (string line in text.Split('\n'))
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            {
                table = line.TrimEnd(':');
            }
            else if (Regex.Match(line, @"^\s+([A-Za-z]\w+): (\d+)$") is { Success: true } match && still.TryGetValue(table + match.Groups[1].Value, out long value))
            {
                Assert.Equal((match.Groups[1].Value, value), (match.Groups[1].Value, long.Parse(match.Groups[2].Value)));
                compared.Add(table + match.Groups[1].Value);
            }
        }

        Assert.True(compared.Count > 25, $"Only these were compared: {string.Join(' ', compared)}");
        foreach (string name in new[] { "TcpActiveOpens", "TcpInSegs", "UdpNoPorts", "UdpInDatagrams", "IpExtInOctets", "TcpExtTCPOrigDataSent" })
        {
            Assert.Contains(name, compared);
        }
    });

    [Fact]
    public void A_connection_moves_the_counters_that_it_must() => OwnNetwork.Run(static () =>
    {
        IReadOnlyList<SocketStatistic> before = SocketStatistics.Read();
        using ChannelPair pair = new();
        Dictionary<string, SocketStatisticChange> changes = SocketStatistics.Compare(before, SocketStatistics.Read()).ToDictionary(static c => c.KernelName);

        Assert.Equal(1, changes["TcpActiveOpens"].Value);
        Assert.Equal(1, changes["TcpPassiveOpens"].Value);
        Assert.Equal(2, changes["TcpCurrEstab"].Value);
        Assert.False(changes.ContainsKey("UdpInDatagrams"));
    });

    [Fact]
    public void Dot_net_counts_the_same_by_the_names_of_the_kernel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has both");
        Dictionary<string, long> before = SocketStatistics.Read().ToDictionary(static s => s.KernelName, static s => s.Value);
        IReadOnlyList<SocketStatistic> dotNet = DotNetStatistics.Read();
        Dictionary<string, long> after = SocketStatistics.Read().ToDictionary(static s => s.KernelName, static s => s.Value);

        Assert.Contains(dotNet, static s => s.Protocol == "Tcp");
        Assert.Contains(dotNet, static s => s.Protocol == "Udp");

        // On Linux .NET counts connections by itself, takes FragCreates for FragOKs, and reads ICMP by columns that newer kernels moved.
        bool Odd(SocketStatistic s) => s.Name is "CurrEstab" or "FragOKs" || (s.Protocol == "Icmp" && s.Name.StartsWith("Out", StringComparison.Ordinal));
        foreach (SocketStatistic statistic in dotNet.Where(s => !Odd(s)))
        {
            Assert.InRange(statistic.Value, before[statistic.KernelName], after[statistic.KernelName]);
        }
    }

    [Fact]
    public void A_meaning_is_one_sentence_and_few_counters_lack_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the names are those of Linux");
        IReadOnlyList<SocketStatistic> all = SocketStatistics.Read();
        foreach (SocketStatistic statistic in all.Where(static s => s.Meaning.Length > 0))
        {
            Assert.EndsWith(".", statistic.Meaning, StringComparison.Ordinal);
            Assert.DoesNotContain(". ", statistic.Meaning, StringComparison.Ordinal);
        }

        // Later kernels count more.
        string[] unknown = [.. all.Where(static s => s.Meaning.Length == 0).Select(static s => s.KernelName)];
        Assert.True(unknown.Length < all.Count / 5, $"These have no meaning: {string.Join(' ', unknown)}");
        foreach (string name in new[] { "TcpRetransSegs", "TcpExtListenOverflows", "UdpRcvbufErrors", "Ip6InReceives", "UdpLite6NoPorts", "IpExtInOctets" })
        {
            Assert.NotEqual("", all.Single(s => s.KernelName == name).Meaning);
        }
    }

    private static void MakeTraffic()
    {
        using (ChannelPair pair = new())
        {
            pair.Client.Send([1, 2, 3], Within.Ten);
            pair.Server.Send([4], Within.Ten);
        }

        foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using Socket receiver = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            receiver.Bind(new IPEndPoint(address, 0));
            using Socket sender = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            sender.SendTo([1], receiver.LocalEndPoint!);
            receiver.Receive(new byte[8]);
            EndPoint free = receiver.LocalEndPoint!;
            receiver.Dispose();
            sender.SendTo([1], free); // Nobody is there any more.
        }
    }

    /// <summary>What a program writes, and what stood still around it.</summary>
    private static (Dictionary<string, long> Still, string Text) Around(string program, string arguments)
    {
        IReadOnlyList<SocketStatistic> before = SocketStatistics.Read();
        string text;
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["LC_ALL"] = "C";
            using Process process = Process.Start(start)!;
            text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.SkipUnless(process.ExitCode is 0 or 1 && text.Length > 0, $"{program} does not run here");
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
            throw;
        }

        Dictionary<string, long> after = SocketStatistics.Read().ToDictionary(static s => s.KernelName, static s => s.Value);
        return (before.Where(s => after.GetValueOrDefault(s.KernelName) == s.Value).ToDictionary(static s => s.KernelName, static s => s.Value), text);
    }
}
