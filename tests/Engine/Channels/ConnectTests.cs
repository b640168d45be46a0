using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ConnectTests
{
    internal const string NoSecondConnect = "outside of Windows .NET refuses to connect a socket again";

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
    public void A_host_that_does_not_answer_is_ETIMEDOUT(double seconds, Errno errno)
    {
        using BlackHole hole = new();

        SocketWait wait = SocketWait.Seconds(seconds);

        SocketConnectException error = Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(hole.Endpoint, "/", wait));

        Assert.Equal(errno, error.Errno);
        Assert.Equal(hole.Address, Assert.Single(error.Attempts).Address);
    }

    [Fact]
    public void Connecting_twice_is_EISCONN_and_the_connection_stays()
    {
        using ChannelPair pair = new();

        Fails.With(Errno.EISCONN, () => pair.Client.Connect(pair.Client.Endpoint!, "/", Within.Ten));
        Fails.With(Errno.EISCONN, () => pair.Server.Connect(ClosedPort(), "/", Within.Ten));

        pair.Client.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8, pair.Server.Receive(1, Within.Ten)!);
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
        Fails.With(Errno.ECONNREFUSED, () => channel.Connect(ClosedPort(), "/", Within.Ten));

        channel.Connect(listener.Endpoint!, "/", Within.Ten);

        Assert.Equal((SocketChannelState.Connected, listener.Endpoint), (channel.State, channel.Endpoint));
    }

    /// <summary>An endpoint of the loopback that nothing listens at, and that no other socket is given while the test runs.</summary>
    internal static SocketEndpoint ClosedPort()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://127.0.0.1:0"), "/", 1, BindOptions.Default, Within.Ten);
        return listener.Endpoint!;
    }
}
