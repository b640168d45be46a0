using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ConnectTests
{
    private const string NoSecondConnect = "outside of Windows .NET refuses to connect a socket again";

    [Fact]
    public void A_closed_port_is_ECONNREFUSED_with_its_one_attempt()
    {
        SocketEndpoint closed = ClosedPort();

        SocketConnectException error = Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(closed, "/", Within.Ten));

        Assert.Equal((Errno.ECONNREFUSED, "connect", closed), (error.Errno, error.Operation, error.Target));
        Assert.Equal(new ConnectAttempt(new IPEndPoint(IPAddress.Loopback, closed.Port), Errno.ECONNREFUSED), Assert.Single(error.Attempts));
    }

    [Fact]
    public void Each_family_connects_where_it_listens()
    {
        foreach (string text in new[] { "tcp4://127.0.0.1:0", "tcp6://[::1]:0", "tcp://127.0.0.1:0", "tcp://[::1]:0" })
        {
            Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
            using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse(text), "/", 5, BindOptions.Default, Within.Ten);
            using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
            using SocketChannel server = listener.Accept(Within.Ten);

            Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
            Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
            Assert.Equal(listener.Endpoint, client.Endpoint);
        }
    }

    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.05, Errno.ETIMEDOUT)]
    public void A_host_that_does_not_answer_is_ETIMEDOUT_and_nothing_stays_open(double seconds, Errno errno)
    {
        using BlackHole hole = new();

        SocketConnectException error = Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(hole.Endpoint, "/", SocketWait.Seconds(seconds)));

        Assert.Equal(errno, error.Errno);
        Assert.Equal(hole.Address, Assert.Single(error.Attempts).Address);
        Assert.DoesNotContain(OpenSockets.Channels, c => c.State == SocketChannelState.Connecting && c.RemoteEndPoint is { } remote && remote.Equals(hole.Address));
    }

    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.05, Errno.ETIMEDOUT)]
    public void A_full_unix_backlog_is_ETIMEDOUT_too(double seconds, Errno errno)
    {
        using TemporaryDirectory directory = new();
        using BlackHole hole = new(directory.Endpoint().ToString());

        Assert.Equal(errno, Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(hole.Endpoint, "/", SocketWait.Seconds(seconds))).Errno);
    }

    [Fact]
    public void A_full_unix_backlog_is_waited_for_until_there_is_room()
    {
        using TemporaryDirectory directory = new();
        using BlackHole hole = new(directory.Endpoint().ToString());
        using Waiter connect = Waiter.Start(stop => SocketConnector.Connect(hole.Endpoint, "/", Within.Ten with { Stop = stop }).Dispose());

        hole.MakeRoom();

        connect.Finish();
    }

    [Fact]
    public void The_first_address_of_a_race_may_still_win_after_the_second_was_started()
    {
        using BlackHole hole = new();
        using Waiter race = Waiter.Start(stop =>
        {
            using SocketChannel client = RaceTests.Race(Within.Ten with { Stop = stop }, hole.Address, new IPEndPoint(IPAddress.Loopback, ClosedPort().Port));
            Assert.Equal(hole.Address, client.RemoteEndPoint);
        });

        hole.MakeRoom(); // The kernel sends its SYN again after a second.

        race.Finish();
    }

    [Fact]
    public void Connecting_twice_is_EISCONN_and_the_connection_stays()
    {
        using ChannelPair pair = new();

        Assert.Equal(Errno.EISCONN, Assert.Throws<SocketCallException>(() => pair.Client.Connect(pair.Client.Endpoint!, "/", Within.Ten)).Errno);
        Assert.Equal(Errno.EISCONN, Assert.Throws<SocketCallException>(() => pair.Server.Connect(ClosedPort(), "/", Within.Ten)).Errno);

        pair.Client.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8, pair.Server.Receive(1, Within.Ten)!);
    }

    [Fact]
    public void Connecting_while_connecting_is_EALREADY()
    {
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Short)).Errno);
        Assert.Equal(SocketChannelState.Connecting, channel.State);

        Assert.Equal(Errno.EALREADY, Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Ten)).Errno);
        Assert.Equal(SocketChannelState.Connecting, channel.State);
    }

    [Fact]
    public void A_connect_goes_on_in_the_background()
    {
        CallsInUse.SkipUnlessLibc(NoSecondConnect);
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Short)).Errno);

        // The kernel sends its SYN again after a second, and then there is room.
        hole.MakeRoom();
        Within.TenSeconds(
            () =>
            {
                try
                {
                    channel.Connect(hole.Endpoint, "/", Within.Ten);
                    return true;
                }
                catch (SocketConnectException e) when (e.Errno == Errno.EALREADY)
                {
                    return false;
                }
            },
            "the connect in the background goes through");
        Assert.Equal(SocketChannelState.Connected, channel.State);
        Assert.Equal(Errno.EISCONN, Assert.Throws<SocketCallException>(() => channel.Connect(hole.Endpoint, "/", Within.Ten)).Errno);
    }

    [Fact]
    public void Connecting_while_another_thread_connects_is_EALREADY()
    {
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Waiter first = Waiter.Start(stop => channel.Connect(hole.Endpoint, "/", Within.Ten with { Stop = stop }));

        Assert.Equal(Errno.EALREADY, Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Ten)).Errno);
    }

    [Fact]
    public void A_connect_in_the_background_that_fails_leaves_an_unconnected_socket()
    {
        CallsInUse.SkipUnlessLibc(NoSecondConnect);
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Short)).Errno);
        hole.Refuse();

        Errno errno = Errno.EALREADY;
        Within.TenSeconds(
            () => (errno = Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Ten)).Errno) != Errno.EALREADY,
            "the connect in the background fails");

        Assert.Equal((Errno.ECONNREFUSED, SocketChannelState.Unconnected), (errno, channel.State));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "unix:/nowhere")]
    [InlineData(AddressFamily.InterNetwork, "tcp://[::1]:1")]
    [InlineData(AddressFamily.InterNetworkV6, "tcp://127.0.0.1:1")]
    [InlineData(AddressFamily.InterNetworkV6, "unix:@nowhere")]
    [InlineData(AddressFamily.Unix, "tcp://127.0.0.1:1")]
    public void An_endpoint_of_another_family_is_EAFNOSUPPORT(AddressFamily family, string text)
    {
        using SocketChannel channel = SocketChannel.Create(family, SocketType.Stream, ProtocolType.Unspecified);
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);

        SocketCallException connect = Assert.Throws<SocketCallException>(() => channel.Connect(endpoint, "/", Within.Ten));
        SocketCallException bind = Assert.Throws<SocketCallException>(() => channel.Bind(endpoint, "/", BindOptions.Default, Within.Ten));

        Assert.Equal((Errno.EAFNOSUPPORT, endpoint), (connect.Errno, connect.Target));
        Assert.Equal((Errno.EAFNOSUPPORT, endpoint), (bind.Errno, bind.Target));
        Assert.Equal(SocketChannelState.Unconnected, channel.State);
    }

    [Fact]
    public void A_refused_socket_may_connect_elsewhere()
    {
        CallsInUse.SkipUnlessLibc(NoSecondConnect);
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(Errno.ECONNREFUSED, Assert.Throws<SocketConnectException>(() => channel.Connect(ClosedPort(), "/", Within.Ten)).Errno);

        channel.Connect(listener.Endpoint!, "/", Within.Ten);

        Assert.Equal((SocketChannelState.Connected, listener.Endpoint), (channel.State, channel.Endpoint));
    }

    [Fact]
    public void A_missing_socket_file_is_ENOENT()
    {
        using TemporaryDirectory directory = new();

        Assert.Equal(Errno.ENOENT, Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(directory.Endpoint("none"), "/", Within.Ten)).Errno);
        Assert.Equal(Errno.ENOENT, Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(directory.Endpoint("no/dir"), "/", Within.Ten)).Errno);
        Assert.Equal(
            Errno.ENOENT,
            Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(SocketEndpoint.Parse("unix:none"), directory.File("no"), Within.Ten)).Errno);
    }

    [Fact]
    public void An_abstract_name_that_nobody_has_is_ECONNREFUSED()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");

        Assert.Equal(Errno.ECONNREFUSED, Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(ChannelPair.AbstractName(), "/", Within.Ten)).Errno);
    }

    [Fact]
    public void A_socket_file_of_another_type_is_EPROTOTYPE()
    {
        using TemporaryDirectory directory = new();
        using SocketListener listener = SocketListener.Start(directory.Endpoint(), "/", 5, BindOptions.Default, Within.Ten);
        SocketEndpoint packet = SocketEndpoint.Parse($"unixpacket:{directory.File()}");

        Assert.Equal(Errno.EPROTOTYPE, Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(packet, "/", Within.Ten)).Errno);
    }

    [Fact]
    public void Seqpacket_keeps_the_bounds_of_what_was_sent()
    {
        using TemporaryDirectory directory = new();
        SocketEndpoint endpoint = SocketEndpoint.Parse($"unixpacket:{directory.File()}");
        using SocketListener listener = SocketListener.Start(endpoint, "/", 5, BindOptions.Default, Within.Ten);
        using SocketChannel client = SocketConnector.Connect(endpoint, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);
        client.Send("one"u8, Within.Ten);
        client.Send("two"u8, Within.Ten);

        Assert.Equal("unixpacket", server.Protocol);
        Assert.Equal("one"u8, server.Receive(99, Within.Ten)!);
        Assert.Equal("two"u8, server.Receive(99, Within.Ten)!);
    }

    /// <summary>An endpoint of the loopback that nothing listens at, and that no other socket is given while the test runs.</summary>
    internal static SocketEndpoint ClosedPort()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://127.0.0.1:0"), "/", 1, BindOptions.Default, Within.Ten);
        return listener.Endpoint!;
    }
}
