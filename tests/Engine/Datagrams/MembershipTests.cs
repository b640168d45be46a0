using System;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

/// <summary>Multicast over the loopback interface, which is named wherever the system would choose another one by its routes; and in a network of its own.</summary>
public sealed class MembershipTests
{
    private const string Loopback = "lo";
    private const string Group = "239.255.97.34";
    private const string Group6 = "ff15::9734";

    public MembershipTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the loopback of other systems takes no multicast by name");

    [Fact]
    public void A_member_hears_the_group_until_it_leaves()
    {
        using MulticastGroup group = new(Group, Loopback, "127.0.0.1");
        HearsUntilItLeaves(group);
    }

    [Theory]
    [InlineData(Group, OwnNetwork.Address)]
    [InlineData(Group6, OwnNetwork.Address6)]
    [InlineData("ff01::9734", OwnNetwork.Address6)]
    [InlineData("ff02::9734", OwnNetwork.Address6)]
    public void A_member_hears_the_group_of_its_interface_until_it_leaves(string address, string own) => OwnNetwork.Run(() =>
    {
        using MulticastGroup group = new(address, OwnNetwork.Near, own);
        HearsUntilItLeaves(group);
    });

    [Theory]
    [InlineData(Group, OwnNetwork.Address)]
    [InlineData(Group6, OwnNetwork.Address6)]
    public void A_member_on_another_interface_does_not_hear_this_one(string address, string own) => OwnNetwork.Run(() =>
    {
        using MulticastGroup group = new(address, OwnNetwork.Near, own);
        group.Receiver.SetMembership(group.Address, Loopback, null, join: true);

        group.Send("here");
        group.SendLast();

        Assert.Equal("last", DatagramPair.Receive(group.Receiver).Text);
        Fails.With(Errno.EADDRNOTAVAIL, () => group.Leave());
    });

    [Theory]
    [InlineData(Group, OwnNetwork.Address)]
    [InlineData(Group6, OwnNetwork.Address6)]
    public void Without_loopback_the_own_host_hears_nothing(string address, string own) => OwnNetwork.Run(() =>
    {
        using MulticastGroup group = new(address, OwnNetwork.Near, own);
        group.Join();
        DatagramPair.Set(group.Sender, "MulticastLoopback", false);

        group.Send("unheard");
        group.SendLast();
        Assert.Equal("last", DatagramPair.Receive(group.Receiver).Text);

        DatagramPair.Set(group.Sender, "MulticastLoopback", true);
        group.Send("heard");
        Assert.Equal("heard", DatagramPair.Receive(group.Receiver).Text);
    });

    [Theory]
    [InlineData(Group, OwnNetwork.Address)]
    [InlineData(Group6, OwnNetwork.Address6)]
    public void With_a_ttl_of_zero_it_stays_on_the_host_which_hears_it(string address, string own) => OwnNetwork.Run(() =>
    {
        using MulticastGroup group = new(address, OwnNetwork.Near, own);
        group.Join();
        DatagramPair.Set(group.Sender, "MulticastTtl", 0);

        group.Send("near");

        Assert.Equal("near", DatagramPair.Receive(group.Receiver).Text);
    });

    [Fact]
    public void Joining_twice_and_leaving_twice_are_errors()
    {
        using MulticastGroup ipv4 = new(Group, Loopback, "127.0.0.1");
        using MulticastGroup ipv6 = new(Group6, Loopback, "::1");
        foreach (MulticastGroup group in new[] { ipv4, ipv6 })
        {
            group.Join();
            Assert.Equal(group.Address, Fails.With(Errno.EADDRINUSE, () => group.Join()).Target);
            group.Leave();
            Assert.Equal(group.Address, Fails.With(Errno.EADDRNOTAVAIL, () => group.Leave()).Target);
        }
    }

    [Fact]
    public void With_a_source_only_that_sender_is_heard()
    {
        using MulticastGroup group = new("232.255.97.34", Loopback, "127.0.0.1");
        IPAddress source = IPAddress.Parse("127.0.0.2");
        using SocketChannel heard = group.Source("127.0.0.2");
        using SocketChannel unheard = group.Source("127.0.0.3");
        group.Join(source);

        DatagramPair.Send(unheard, "unheard", group.To);
        DatagramPair.Send(heard, "heard", group.To);
        SocketDatagram datagram = DatagramPair.Receive(group.Receiver);
        Assert.Equal(("heard", heard.LocalEndPoint), (datagram.Text, datagram.RemoteEndPoint));

        Fails.With(Errno.EADDRNOTAVAIL, () => group.Leave(IPAddress.Parse("127.0.0.9")));
        group.Leave(source);
        DatagramPair.Send(heard, "left", group.To);
        group.SendLast();
        Assert.Equal("last", DatagramPair.Receive(group.Receiver).Text);
    }

    [Theory]
    [InlineData(OwnNetwork.Address6, true)]
    [InlineData("fd00:97::35", false)]
    public void With_a_source_only_that_sender_is_heard_over_ipv6(string source, bool hears) => OwnNetwork.Run(() =>
    {
        using MulticastGroup group = new("ff35::9734", OwnNetwork.Near, OwnNetwork.Address6);
        group.Join(IPAddress.Parse(source));

        group.Send("x");
        group.SendLast();

        Assert.Equal(hears ? "x" : "last", DatagramPair.Receive(group.Receiver).Text);
        group.Leave(IPAddress.Parse(source));
    });

    [Fact]
    public void A_socket_of_both_families_joins_an_ipv4_group()
    {
        using SocketChannel dual = DatagramPair.Dual();
        using SocketChannel sender = DatagramPair.Made(AddressFamily.InterNetwork);
        IPAddress group = IPAddress.Parse("239.255.97.35");
        dual.SetMembership(group, Loopback, null, join: true);
        DatagramPair.Set(sender, "MulticastInterface", Loopback);

        DatagramPair.Send(sender, "x", new IPEndPoint(group, ((IPEndPoint)dual.LocalEndPoint!).Port));

        SocketDatagram datagram = DatagramPair.Receive(dual);
        Assert.Equal(("x", group), (datagram.Text, datagram.Destination));
        dual.SetMembership(group, Loopback, null, join: false);
    }

    [Fact]
    public void A_datagram_to_a_group_is_answered_from_an_own_address()
    {
        using MulticastGroup group = new(Group, Loopback, "127.0.0.1");
        group.Join();
        group.Send("question");

        DatagramPair.Receive(group.Receiver).Reply("answer");

        SocketDatagram answer = DatagramPair.Receive(group.Sender);
        Assert.Equal(("answer", new IPEndPoint(IPAddress.Loopback, group.To.Port)), (answer.Text, answer.RemoteEndPoint));
    }

    [Fact]
    public void The_interface_may_be_a_name_a_number_or_an_address()
    {
        using MulticastGroup group = new(Group, Loopback, "127.0.0.1");
        foreach (string name in new[] { "lo", "127.0.0.1", $"{InterfaceNames.Find(Loopback)}" })
        {
            group.Receiver.SetMembership(group.Address, name, null, join: true);
            Fails.With(Errno.EADDRINUSE, () => group.Join());
            group.Leave();
        }

        Assert.Equal("nosuch0", Fails.With(Errno.ENODEV, () => group.Receiver.SetMembership(group.Address, "nosuch0", null, join: true)).Target);
    }

    [Fact]
    public void What_is_no_group_and_what_cannot_join_is_refused()
    {
        using MulticastGroup ipv4 = new(Group, Loopback, "127.0.0.1");
        using MulticastGroup ipv6 = new(Group6, Loopback, "::1");
        using ChannelPair stream = new();
        using SocketChannel unix = DatagramPair.Made(AddressFamily.Unix);

        Assert.Equal(IPAddress.Loopback, Fails.With(Errno.EINVAL, () => ipv4.Receiver.SetMembership(IPAddress.Loopback, Loopback, null, join: true)).Target);
        Fails.With(Errno.EINVAL, () => ipv6.Receiver.SetMembership(IPAddress.IPv6Loopback, Loopback, null, join: true));
        Fails.With(Errno.EAFNOSUPPORT, () => ipv4.Receiver.SetMembership(ipv6.Address, Loopback, null, join: true));
        Fails.With(Errno.EAFNOSUPPORT, () => ipv4.Receiver.SetMembership(ipv4.Address, Loopback, IPAddress.IPv6Loopback, join: true));
        Fails.With(Errno.EOPNOTSUPP, () => stream.Client.SetMembership(ipv4.Address, Loopback, null, join: true));
        Fails.With(Errno.EOPNOTSUPP, () => unix.SetMembership(ipv4.Address, Loopback, null, join: true));
        ipv4.Receiver.Close();
        Fails.With(Errno.EBADF, () => ipv4.Join());
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void The_interface_to_send_by_is_set_and_told_by_name(AddressFamily family)
    {
        using SocketChannel channel = DatagramPair.Made(family);
        SocketOptionDefinition option = Array.Find([.. SocketOptionTable.Rows], r => r.Option == "MulticastInterface" && r.Applies(family, SocketType.Dgram))!;

        Assert.Equal("", channel.GetOption(option).Value);
        channel.SetOption(option, Loopback);
        Assert.Equal(Loopback, channel.GetOption(option).Value);
        channel.SetOption(option, "");
        Assert.Equal("", channel.GetOption(option).Value);
        Fails.With(Errno.ENODEV, () => channel.SetOption(option, "nosuch0"));
    }

    private static void HearsUntilItLeaves(MulticastGroup group)
    {
        group.Join();
        group.Send("in");
        SocketDatagram datagram = DatagramPair.Receive(group.Receiver);
        Assert.Equal(("in", group.Address), (datagram.Text, new IPAddress(datagram.Destination!.GetAddressBytes())));
        Assert.NotEqual(0, datagram.InterfaceIndex);

        group.Leave();
        group.Send("out");
        group.SendLast();

        Assert.Equal("last", DatagramPair.Receive(group.Receiver).Text);
    }
}
