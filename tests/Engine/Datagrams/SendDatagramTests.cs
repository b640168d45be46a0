using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

public sealed class SendDatagramTests
{
    [Theory]
    [InlineData(DatagramTransport.Udp4, 65507)]
    [InlineData(DatagramTransport.Udp6, 65527)]
    [InlineData(DatagramTransport.Unixgram, 0)]
    public void The_largest_one_goes_and_one_byte_more_is_told_with_the_limit(DatagramTransport transport, int limit)
    {
        using DatagramPair pair = new(transport);
        if (limit == 0)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is that of Linux");
            limit = (int)pair.Sender.GetOption(SocketOptionTable.Find("SendBuffer")!).Value! - 32;
        }

        byte[] largest = new byte[limit + 1];
        new Random(9734).NextBytes(largest);

        SocketCallException error = Fails.With(Errno.EMSGSIZE, () => pair.Sender.SendDatagram(largest, null, Within.Ten));
        pair.Sender.SendDatagram(largest.AsSpan(0, limit), null, Within.Ten);

        Assert.Contains($"{limit + 1} bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{limit} at most", error.Message, StringComparison.Ordinal);
        SocketDatagram datagram = pair.Receive(limit);
        Assert.False(datagram.Truncated);
        Assert.Equal(largest[..limit], datagram.Byte);
        DatagramPair.HasNothing(pair.Receiver);
        Assert.Equal((limit, 1L), (pair.Sender.BytesSent, pair.Sender.DatagramsSent));
    }

    [Fact]
    public void The_limit_of_ipv4_counts_for_an_ipv4_address_on_an_ipv6_socket()
    {
        using SocketChannel dual = DatagramPair.Dual();
        using SocketChannel receiver = DatagramPair.Bound("udp://127.0.0.1:0");

        SocketCallException error = Fails.With(Errno.EMSGSIZE, () => dual.SendDatagram(new byte[65508], receiver.LocalEndPoint, Within.Ten));
        dual.SendDatagram(new byte[65507], receiver.LocalEndPoint, Within.Ten);

        Assert.Contains("65507 at most", error.Message, StringComparison.Ordinal);
        Assert.Equal(65507, DatagramPair.Receive(receiver).Length);
    }

    [Theory]
    [InlineData("udp://127.0.0.1:0")]
    [InlineData("udp6://[::1]:0")]
    public void Refusal_comes_with_the_next_send_which_then_is_not_sent(string endpoint)
    {
        using SocketChannel refusing = DatagramPair.Refusing(endpoint);
        using SocketChannel sender = DatagramPair.Connected(refusing.Endpoint!);
        DatagramPair.Send(sender, "lost");
        HasError(sender);

        SocketCallException error = Fails.With(Errno.ECONNREFUSED, () => DatagramPair.Send(sender, "unsent"));

        Assert.Contains("datagram 1 of 4 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("6 bytes was not sent", error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, sender.DatagramsSent);
        Fails.With(Errno.EWOULDBLOCK, () => sender.Receive(1, SocketWait.Never)); // once
    }

    [Fact]
    public void Refusal_comes_with_the_next_receive_and_says_which_datagram()
    {
        using SocketChannel refusing = DatagramPair.Refusing();
        using SocketChannel sender = DatagramPair.Connected(refusing.Endpoint!);
        DatagramPair.Send(sender, "lost");
        HasError(sender);
        SocketCallException first = Fails.With(Errno.ECONNREFUSED, () => sender.ReceiveDatagram(10, Encoding.UTF8, Within.Ten));
        DatagramPair.Send(sender, "lost too");
        SocketCallException second = Fails.With(Errno.ECONNREFUSED, () => sender.Receive(10, Within.Ten));

        Assert.Contains("datagram 1 of 4 bytes", first.Message, StringComparison.Ordinal);
        Assert.Contains("datagram 2 of 8 bytes", second.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not sent", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unconnected_socket_hears_of_no_refusal()
    {
        using SocketChannel refusing = DatagramPair.Refusing();
        using SocketChannel sender = DatagramPair.Made(AddressFamily.InterNetwork);
        DatagramPair.Send(sender, "lost", refusing.LocalEndPoint);
        DatagramPair.Send(sender, "lost too", refusing.LocalEndPoint);

        DatagramPair.HasNothing(sender);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    [InlineData(AddressFamily.Unix)]
    public void Without_a_peer_and_without_an_address_it_has_no_destination(AddressFamily family)
    {
        using SocketChannel channel = DatagramPair.Made(family);

        Fails.With(Errno.EDESTADDRREQ, () => DatagramPair.Send(channel, "x"));

        Assert.Equal(0L, channel.DatagramsSent);
    }

    [Fact]
    public void A_stream_takes_no_destination()
    {
        using ChannelPair pair = new();
        using SocketChannel unconnected = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Fails.With(Errno.EISCONN, () => pair.Client.SendDatagram("x"u8, pair.Client.RemoteEndPoint, Within.Ten));
        Fails.With(Errno.ENOTCONN, () => unconnected.SendDatagram("x"u8, new IPEndPoint(IPAddress.Loopback, 9), Within.Ten));
    }

    [Fact]
    public void A_destination_of_another_family_is_refused()
    {
        using SocketChannel ipv4 = DatagramPair.Made(AddressFamily.InterNetwork);
        using SocketChannel unix = DatagramPair.Made(AddressFamily.Unix);

        Fails.With(Errno.EAFNOSUPPORT, () => DatagramPair.Send(ipv4, "x", new IPEndPoint(IPAddress.IPv6Loopback, 9)));
        Fails.With(Errno.EAFNOSUPPORT, () => ipv4.ToDestination(SocketEndpoint.Parse("udp6://[::1]:9"), "/", Within.Ten));
        Fails.With(Errno.EAFNOSUPPORT, () => ipv4.ToDestination(SocketEndpoint.Parse("unixgram:/s"), "/", Within.Ten));
        Fails.With(Errno.EAFNOSUPPORT, () => unix.ToDestination(SocketEndpoint.Parse("udp://127.0.0.1:9"), "/", Within.Ten));
    }

    [Fact]
    public void An_unbound_socket_that_sends_gets_a_port_and_shows_it()
    {
        using SocketChannel receiver = DatagramPair.Bound("udp://127.0.0.1:0");
        using SocketChannel sender = DatagramPair.Made(AddressFamily.InterNetwork);
        Assert.Null(sender.LocalEndPoint);

        DatagramPair.Send(sender, "x", receiver.LocalEndPoint);

        int port = ((IPEndPoint)sender.LocalEndPoint!).Port;
        Assert.NotEqual(0, port);
        Assert.Equal(port, ((IPEndPoint)DatagramPair.Receive(receiver).RemoteEndPoint!).Port);
    }

    [Fact]
    public void A_unix_socket_that_is_not_there_is_enoent_and_one_that_nobody_holds_is_refused()
    {
        using TemporaryDirectory directory = new();
        UnixSocketFile.LeaveStale(directory.File("stale"), SocketType.Dgram);
        using SocketChannel sender = DatagramPair.Made(AddressFamily.Unix);

        Fails.With(Errno.ENOENT, () => DatagramPair.Send(sender, "x", new UnixDomainSocketEndPoint(directory.File("missing"))));
        Fails.With(Errno.ECONNREFUSED, () => DatagramPair.Send(sender, "x", new UnixDomainSocketEndPoint(directory.File("stale"))));
    }

    [Fact]
    public void Broadcast_is_forbidden_until_it_is_allowed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has a broadcast address on its loopback");
        using SocketChannel receiver = DatagramPair.Bound("udp://*:0");
        using SocketChannel sender = DatagramPair.Made(AddressFamily.InterNetwork);
        IPEndPoint everybody = new(IPAddress.Parse("127.255.255.255"), ((IPEndPoint)receiver.LocalEndPoint!).Port);

        SocketCallException error = Fails.With(Errno.EACCES, () => DatagramPair.Send(sender, "x", everybody));
        Assert.Contains("-Broadcast", error.Advice, StringComparison.Ordinal);
        sender.SetOption(SocketOptionTable.Find("Broadcast")!, true);
        DatagramPair.Send(sender, "to all", everybody);

        SocketDatagram datagram = DatagramPair.Receive(receiver);
        Assert.Equal(("to all", "127.255.255.255"), (datagram.Text, datagram.Destination!.ToString()));
        datagram.Reply("from one"); // No answer can come from a broadcast address, so it comes from the socket's own.
        Assert.Equal("from one", DatagramPair.Receive(sender).Text);
    }

    /// <summary>Waits until the answer of the peer's machine has come.</summary>
    internal static void HasError(SocketChannel channel) => Within.TenSeconds(() => channel.Socket.Poll(0, SelectMode.SelectError), "the refusal arrives");
}
