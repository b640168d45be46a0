using System;
using System.Linq;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class SocketServicesTests
{
    [Theory]
    [InlineData(0, SocketPortKind.WellKnown)]
    [InlineData(1023, SocketPortKind.WellKnown)]
    [InlineData(1024, SocketPortKind.Registered)]
    [InlineData(49151, SocketPortKind.Registered)]
    [InlineData(49152, SocketPortKind.Dynamic)]
    [InlineData(65535, SocketPortKind.Dynamic)]
    public void A_port_is_in_one_of_three_ranges(int port, SocketPortKind range) =>
        Assert.All(SocketServices.ByPort([port], []), e => Assert.Equal((port, range), (e.Port, e.Range)));

    [Fact]
    public void A_name_and_an_alias_find_the_same_entry_by_port()
    {
        ServiceEntry http = Assert.Single(SocketServices.ByName(static n => n == "http", ["TCP"]));

        Assert.Equal(("http", 80, "tcp"), (http.Name, http.Port, http.Protocol));
        Assert.Equal(http, Assert.Single(SocketServices.ByName(static n => n == "www", ["tcp"])));
        Assert.Contains(http, SocketServices.ByPort([80], []));
        Assert.Empty(SocketServices.ByName(static n => n == "http", ["sctp"]));
    }

    [Fact]
    public void All_entries_come_by_port()
    {
        int[] ports = [.. SocketServices.ByName(static _ => true, []).Select(static e => e.Port)];

        Assert.Equal(ServiceTable.System.Entries.Count, ports.Length);
        Assert.Equal(ports.Order(), ports);
    }

    [Fact]
    public void A_port_without_an_entry_has_no_name_once_or_for_each_protocol()
    {
        int free = Enumerable.Range(49152, 1000).First(static p => ServiceTable.System.Entries.All(e => e.Port != p));

        ServiceEntry one = Assert.Single(SocketServices.ByPort([free], []));
        Assert.Equal((null, free, null), (one.Name, one.Port, one.Protocol));
        Assert.Equal(["tcp", "udp"], SocketServices.ByPort([free], ["tcp", "UDP"]).Select(static e => e.Protocol));
        Assert.Equal([("http", "tcp"), (null, "dccp")], SocketServices.ByPort([80], ["tcp", "dccp"]).Select(static e => (e.Name, e.Protocol)));
    }

    [Fact]
    public void Every_port_is_asked_for_at_once()
    {
        Assert.Equal(65536, SocketServices.ByPort(Enumerable.Range(0, 65536), ["tcp"]).Select(static e => e.Port).Distinct().Count());
    }

    [Fact]
    public void Ephemeral_is_what_this_system_gives_to_clients()
    {
        EphemeralPortRange range = EphemeralPortRange.Read();

        Assert.InRange(range.First, 1, range.Last);
        Assert.Equal(range.Last - range.First + 1, range.Count);
        Assert.True(SocketServices.ByPort([range.First], []).First().Ephemeral);
        Assert.True(SocketServices.ByPort([range.Last], []).First().Ephemeral);
        Assert.False(SocketServices.ByPort([range.First - 1], []).First().Ephemeral);
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 1, BindOptions.Default, Within.Ten);
        Assert.True(range.Contains(listener.Endpoint!.Port));
    }

    [Theory]
    [InlineData("32768\t60999\n", 32768, 60999)]
    [InlineData("1 65535", 1, 65535)]
    public void The_file_of_Linux_is_two_numbers(string text, int first, int last) =>
        Assert.Equal((first, last), (EphemeralPortRange.FromText(text)!.First, EphemeralPortRange.FromText(text)!.Last));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 2 3")]
    [InlineData("2 1")]
    [InlineData("-1 2")]
    [InlineData("1 65536")]
    [InlineData("a b")]
    public void What_is_not_is_no_range(string text) => Assert.Null(EphemeralPortRange.FromText(text));
}
