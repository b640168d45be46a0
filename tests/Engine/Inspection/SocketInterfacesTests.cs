using System;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class SocketInterfacesTests
{
    [Fact]
    public void The_loopback_is_there_as_it_is()
    {
        SocketInterface loopback = SocketInterfaces.Find(static (_, _) => true).First(static i => i.IsLoopback);

        Assert.Equal((InterfaceNames.Loopback, SocketInterfaceState.Up, NetworkInterfaceType.Loopback), (loopback.Index, loopback.State, loopback.Type));
        Assert.Equal((null, null), (loopback.MacAddress, loopback.MacAdministration));
        Assert.Contains("127.0.0.1/8", loopback.Addresses.Select(static a => a.ToString()));
        Assert.Equal(loopback.Name, loopback.ToString());
        Assert.Equal(loopback.Name, Assert.Single(SocketInterfaces.Find((_, index) => index == loopback.Index)).Name);
    }

    [Fact]
    public void What_is_sent_over_the_loopback_is_counted_both_ways()
    {
        SocketInterface before = Loopback();
        using UdpClient receiver = new(new IPEndPoint(IPAddress.Loopback, 0));
        using UdpClient sender = new();
        sender.Send(new byte[5000], 5000, (IPEndPoint)receiver.Client.LocalEndPoint!);
        SocketInterface after = Loopback();

        Assert.True(after.Received.Bytes >= before.Received.Bytes + 5000, $"{before.Received} -> {after.Received}");
        Assert.True(after.Sent.Bytes >= before.Sent.Bytes + 5000, $"{before.Sent} -> {after.Sent}");
        Assert.True(after.Received.Packets > before.Received.Packets);
        Assert.True(after.Sent.Packets > before.Sent.Packets);
    }

    [Theory]
    [InlineData("00:1b:21:00:00:01", SocketMacAdministration.Universal)]
    [InlineData("02:1b:21:00:00:01", SocketMacAdministration.Local)]
    [InlineData("01:00:5e:00:00:01", SocketMacAdministration.Universal | SocketMacAdministration.Group)]
    [InlineData("33:33:00:00:00:01", SocketMacAdministration.Local | SocketMacAdministration.Group)]
    [InlineData("00:1b:21:ff:fe:00:00:01", SocketMacAdministration.Universal)]
    public void Two_bits_say_who_gave_a_hardware_address(string text, SocketMacAdministration administration)
    {
        byte[] mac = Convert.FromHexString(text.Replace(":", ""));

        Assert.Equal(administration, SocketInterfaces.Administration(mac));
        Assert.Equal(text, SocketInterfaces.MacText(mac));
    }

    [Fact]
    public void Zeros_are_no_hardware_address_and_that_of_a_tunnel_has_no_giver()
    {
        Assert.Null(SocketInterfaces.MacText(new byte[6]));
        Assert.Null(SocketInterfaces.MacText([]));
        Assert.Null(SocketInterfaces.Administration(new byte[6]));
        Assert.Null(SocketInterfaces.Administration([192, 0, 2, 1]));
    }

    [Fact]
    public void The_text_of_an_address_has_its_prefix_and_no_zone()
    {
        SocketInterfaceAddress link = new(IPAddress.Parse("fe80::1%3"), 64);

        Assert.Equal(("fe80::1/64", 3), (link.ToString(), link.ScopeId));
        Assert.Equal(("127.0.0.1/8", 0), (new SocketInterfaceAddress(IPAddress.Loopback, 8).ToString(), new SocketInterfaceAddress(IPAddress.Loopback, 8).ScopeId));
    }

    [Fact]
    public void The_counters_of_proc_net_dev_are_read_and_what_is_no_line_is_passed_over()
    {
        InterfaceCounters counters = InterfaceCounters.From(
        [
            "Inter-|   Receive                                                |  Transmit",
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
            "    lo: 18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
            "eth0:1:1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0",
            "a: 1 2 3", "b: x 2 3 4 5 6 7 8 9 10 11 12", "", ":",
        ]);

        Assert.Equal((new SocketInterfaceCounters(long.MaxValue, 2, 3, 4), new SocketInterfaceCounters(9, 10, 11, 12)), counters.Of("lo"));
        Assert.Equal((new SocketInterfaceCounters(1, 2, 3, 4), new SocketInterfaceCounters(5, 6, 7, 8)), counters.Of("eth0:1"));
        Assert.All(new[] { "a", "b", "", "face", "Inter-|   Receive" }, name => Assert.Null(counters.Of(name)));
    }

    private static SocketInterface Loopback() => SocketInterfaces.Find(static (_, index) => index == InterfaceNames.Loopback)[0];
}
