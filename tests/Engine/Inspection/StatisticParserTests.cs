using System;
using System.Collections.Generic;
using System.Linq;
using SocketTools.Statistics;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class StatisticParserTests
{
    [Fact]
    public void Names_and_values_of_a_table_belong_together()
    {
        Assert.Equal(
            ["IpForwarding 2", "IpDefaultTTL 64", "TcpMaxConn -1", "TcpInSegs 591908436894"],
            Tables("Ip: Forwarding DefaultTTL", "Ip: 2 64", "Tcp: MaxConn InSegs", "Tcp: -1 591908436894"));
    }

    [Fact]
    public void A_list_names_its_table_in_each_line()
    {
        Assert.Equal(
            ["Ip6InReceives 187525", "Icmp6InType143 123", "UdpLite6MemErrors 0"],
            List("Ip6InReceives                   \t187525", "Icmp6InType143 123", "UdpLite6MemErrors\t0"));
    }

    public static TheoryData<string[], string[]> BadTables => new()
    {
        { [], [] },
        { [""], [] },
        { ["no colon at all", "1 2"], [] },
        { ["Ip: Forwarding"], [] }, // truncated before the values
        { ["Ip: A B C", "Ip: 1 2"], ["IpA 1", "IpB 2"] }, // truncated within them
        { ["Ip: A", "Ip: 1 2"], ["IpA 1"] },
        { ["Ip: A", "Tcp: B", "Tcp: 7"], ["TcpB 7"] }, // the values of one table are missing
        { ["Ip: A", "IpExt: B", "IpExt: 7"], ["IpExtB 7"] },
        { ["IpExt: A", "Ip: B", "Ip: 7"], ["IpB 7"] },
        { ["Ip: A", "", "Ip: 1", "Tcp: B", "Tcp: 7"], ["TcpB 7"] },
        { ["Ip: A B C", "Ip: 1 many 3"], ["IpA 1", "IpC 3"] },
        { ["Ip: A B", "Ip:  1   2 "], ["IpA 1", "IpB 2"] },
        { [": A", ": 1"], [] },
        { ["Ip:", "Ip:", "Tcp: B", "Tcp: 7"], ["TcpB 7"] },
        { ["Ip: A B", "Ip: 0x10 99999999999999999999"], [] },
    };

    [Theory]
    [MemberData(nameof(BadTables))]
    public void What_has_not_the_form_is_passed_over(string[] lines, string[] found) => Assert.Equal(found, Tables(lines));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("Ip6InReceives")]
    [InlineData("Ip6InReceives x")]
    [InlineData("Ip6InReceives 1 2")]
    [InlineData("6InReceives 1")]
    [InlineData("Ip6 1")]
    [InlineData("InReceives 1")]
    public void A_line_of_a_list_that_has_not_the_form_is_passed_over(string line) =>
        Assert.Equal(["Udp6NoPorts 3"], List(line, "Udp6NoPorts 3", line));

    [Fact]
    public void A_gauge_below_zero_is_not_a_huge_number() =>
        Assert.Equal(["MPTcpExtMPCurrEstab -1"], Tables("MPTcpExt: MPCurrEstab", $"MPTcpExt: {ulong.MaxValue}"));

    [Fact]
    public void Any_lines_give_values_and_no_exception()
    {
        Random random = new(9734);
        string[] words = ["Ip:", "Tcp:", "TcpExt:", ":", "A", "B6C", "6", "1", "-7", "18446744073709551615", "", "\t", "Icmp6InMsgs", "\0"];
        int found = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string[] lines = [.. Enumerable.Range(0, random.Next(6)).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(5)).Select(_ => words[random.Next(words.Length)])))];
            found += Tables(lines).Count + List(lines).Count;
        }

        Assert.True(found > 1000, $"Only {found} values were found.");
    }

    [Fact]
    public void Only_what_moved_is_a_change_and_what_was_not_there_was_zero()
    {
        SocketStatistic[] before = [new("Tcp", "InSegs", 5), new("Tcp", "CurrEstab", 3), new("Udp", "NoPorts", 1), new("Udp", "Gone", 1)];
        SocketStatistic[] after = [new("Tcp", "InSegs", 9), new("Tcp", "CurrEstab", 1), new("Udp", "NoPorts", 1), new("IcmpMsg", "InType3", 2)];

        IReadOnlyList<SocketStatisticChange> changes = SocketStatistics.Compare(before, after);

        Assert.Equal(
            [("TcpInSegs", 5, 9, 4), ("TcpCurrEstab", 3, 1, -2), ("IcmpMsgInType3", 0, 2, 2)],
            changes.Select(static c => (c.KernelName, c.Before, c.After, c.Value)));
    }

    [Theory]
    [InlineData("Tcp", "CurrEstab", SocketStatisticKind.Gauge)]
    [InlineData("Ip", "DefaultTTL", SocketStatisticKind.Gauge)]
    [InlineData("MPTcpExt", "MPCurrEstab", SocketStatisticKind.Gauge)]
    [InlineData("Tcp", "ActiveOpens", SocketStatisticKind.Counter)]
    [InlineData("IcmpMsg", "InType8", SocketStatisticKind.Counter)]
    public void Gauges_are_told_from_counters(string protocol, string name, SocketStatisticKind kind) =>
        Assert.Equal(kind, new SocketStatistic(protocol, name, 0).Kind);

    [Theory]
    [InlineData("IcmpMsg", "InType3", "ICMP messages of type 3 (destination unreachable) received.")]
    [InlineData("Icmp6", "OutType135", "ICMPv6 messages of type 135 (neighbor solicitation) sent.")]
    [InlineData("IcmpMsg", "OutType77", "ICMP messages of type 77 sent.")]
    [InlineData("IcmpMsg", "OutTypeX", "")]
    [InlineData("Tcp", "NotYetMade", "")]
    [InlineData("Sctp", "InSegs", "")]
    [InlineData("UdpLite", "NotYetMade", "")]
    public void A_counter_has_the_meaning_of_its_table_or_none(string protocol, string name, string meaning) =>
        Assert.Equal(meaning, new SocketStatistic(protocol, name, 0).Meaning);

    private static List<string> Tables(params string[] lines) => [.. StatisticParser.ReadTables(lines).Select(static s => s.ToString())];

    private static List<string> List(params string[] lines) => [.. StatisticParser.ReadList(lines).Select(static s => s.ToString())];
}
