using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

public sealed class ListenerTests
{
    [Fact]
    public void It_listens_when_start_returns_and_shows_its_real_port()
    {
        using SocketListener listener = Start("tcp://:0");
        IPEndPoint local = Assert.IsType<IPEndPoint>(listener.LocalEndPoint);

        Assert.Equal((IPAddress.Loopback, SocketChannelState.Listening, 5, "tcp"), (local.Address, listener.State, listener.Backlog, listener.Protocol));
        Assert.Equal($"tcp://127.0.0.1:{local.Port}", listener.Endpoint!.ToString());
        Assert.Equal(listener.Endpoint, SocketEndpoint.Parse(listener.ToString()));
        using SocketChannel client = SocketConnector.Connect(listener.Endpoint, "/", Within.Ten);
    }

    [Fact]
    public void A_star_takes_both_families_and_shows_IPv4_peers_as_IPv4()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
        using SocketListener listener = Start("tcp://*:0");
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Assert.Equal($"tcp://*:{port}", listener.Endpoint!.ToString());

        foreach (string host in new[] { "127.0.0.1", "[::1]" })
        {
            using SocketChannel client = SocketConnector.Connect(SocketEndpoint.Parse($"tcp://{host}:{port}"), "/", Within.Ten);
            using SocketChannel server = listener.Accept(Within.Ten);

            Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
            Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
            Assert.StartsWith($"tcp://{host}:", server.Endpoint!.ToString());
        }

        using SocketChannel local = SocketConnector.Connect(listener.Endpoint, "/", Within.Ten);
    }

    [Theory]
    [InlineData("tcp6://*:0", true, false)]
    [InlineData("tcp4://*:0", false, true)]
    [InlineData("tcp6://:0", true, false)]
    [InlineData("tcp://[::]:0", true, false)]
    public void A_scheme_with_a_family_takes_that_family_only(string text, bool six, bool four)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
        using SocketListener listener = Start(text);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        Assert.Equal((six, four), (Answers($"tcp://[::1]:{port}"), Answers($"tcp://127.0.0.1:{port}")));
    }

    [Fact]
    public void A_port_that_is_taken_is_EADDRINUSE_and_nothing_stays_open()
    {
        using SocketListener listener = Start("tcp://:0");
        int before = OpenSockets.Listeners.Count(l => Equals(l.LocalEndPoint, listener.LocalEndPoint));

        SocketCallException error = Assert.Throws<SocketCallException>(() => Start(listener.Endpoint!.ToString()));

        Assert.Equal((Errno.EADDRINUSE, listener.Endpoint), (error.Errno, error.Target));
        Assert.Equal(before, OpenSockets.Listeners.Count(l => Equals(l.LocalEndPoint, listener.LocalEndPoint)));
    }

    [Fact]
    public void A_port_in_TIME_WAIT_is_taken_again()
    {
        SocketEndpoint endpoint = PortInTimeWait();

        using SocketListener listener = Start(endpoint.ToString());

        Assert.Equal(endpoint, listener.Endpoint);
    }

    [Fact]
    public void A_port_in_TIME_WAIT_is_EADDRINUSE_when_it_is_to_be_exclusive()
    {
        CallsInUse.SkipUnlessLibc(".NET always shares a port in TIME_WAIT");
        SocketEndpoint endpoint = PortInTimeWait();

        SocketCallException error = Assert.Throws<SocketCallException>(() => Start(endpoint.ToString(), new BindOptions(Exclusive: true)));

        Assert.Equal((Errno.EADDRINUSE, "bind", endpoint), (error.Errno, error.Operation, error.Target));
    }

    [Fact]
    public void The_port_is_free_when_stop_returns_and_accepted_connections_go_on()
    {
        SocketListener listener = Start("tcp://:0");
        using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);

        listener.Stop();

        Assert.False(Answers(listener.Endpoint!.ToString()));
        Assert.Equal(SocketChannelState.Closed, listener.State);
        Assert.DoesNotContain(listener, OpenSockets.Listeners);
        server.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8, client.Receive(1, Within.Ten)!);
        Fails.With(Errno.EBADF, () => listener.Stop());
        listener.Dispose();
        using SocketListener again = Start(listener.Endpoint.ToString());
    }

    [Fact]
    public void Counters_tell_what_was_accepted_and_what_is_open()
    {
        using SocketListener listener = Start("tcp://:0");
        using SocketChannel client1 = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel client2 = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        Assert.Equal((0L, 0L), (listener.Accepted, listener.Active));

        SocketChannel server1 = listener.Accept(Within.Ten);
        using SocketChannel server2 = listener.Accept(Within.Ten);
        Assert.Equal((2L, 2L), (listener.Accepted, listener.Active));
        server1.Close();
        server1.Dispose();

        Assert.Equal((2L, 1L), (listener.Accepted, listener.Active));
        Assert.Empty(listener.Errors);
    }

    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.03, Errno.ETIMEDOUT)]
    public void No_connection_in_time_is_ETIMEDOUT(double seconds, Errno errno)
    {
        using SocketListener listener = Start("tcp://:0");

        SocketCallException error = Assert.Throws<SocketCallException>(() => listener.Accept(SocketWait.Seconds(seconds)));

        Assert.Equal((errno, "accept", listener.Endpoint), (error.Errno, error.Operation, error.Target));
    }

    [Fact]
    public void A_client_that_went_away_before_it_was_accepted_is_accepted_and_ended()
    {
        using SocketListener listener = Start("tcp://:0");
        SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten).Close();

        using SocketChannel server = listener.Accept(Within.Ten);
        Assert.Null(server.Receive(1, Within.Ten));
    }

    [Fact]
    public void Two_who_accept_get_a_connection_each()
    {
        using SocketListener listener = Start("tcp://:0");
        SocketChannel? one = null;
        SocketChannel? two = null;
        using Waiter first = Waiter.Start(stop => one = listener.Accept(Within.Ten with { Stop = stop }));
        using Waiter second = Waiter.Start(stop => two = listener.Accept(Within.Ten with { Stop = stop }));

        using SocketChannel client1 = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel client2 = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        first.Finish();
        second.Finish();

        Assert.Equal(new[] { client1.LocalEndPoint!.ToString(), client2.LocalEndPoint!.ToString() }.Order(),
            new[] { one!.RemoteEndPoint!.ToString(), two!.RemoteEndPoint!.ToString() }.Order());
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public void A_datagram_socket_is_bound_and_has_no_connections()
    {
        using SocketListener listener = Start("udp://:0");

        Assert.Equal((SocketChannelState.Bound, 0, true), (listener.State, listener.Backlog, listener.ServesDatagrams));
        Fails.With(Errno.EOPNOTSUPP, () => listener.Accept(SocketWait.Never));
        Assert.Contains(listener, OpenSockets.Listeners);
        listener.Stop();
        Fails.With(Errno.EBADF, () => listener.Stop());
    }

    internal static SocketListener Start(string text, BindOptions? options = null) =>
        SocketListener.Start(SocketEndpoint.Parse(text), "/", 5, options ?? BindOptions.Default, Within.Ten);

    internal static bool Answers(string text)
    {
        try
        {
            SocketConnector.Connect(SocketEndpoint.Parse(text), "/", Within.Ten).Dispose();
            return true;
        }
        catch (SocketConnectException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            return false;
        }
    }

    private static SocketEndpoint PortInTimeWait()
    {
        SocketListener first = Start("tcp://:0");
        SocketEndpoint endpoint = first.Endpoint!;
        using (SocketChannel client = SocketConnector.Connect(endpoint, "/", Within.Ten))
        {
            first.Accept(Within.Ten).Close(); // Who closes first keeps the port in TIME_WAIT.
            Assert.Null(client.Receive(1, Within.Ten));
        }

        first.Stop();
        return endpoint;
    }
}
