using System;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

/// <summary>A server made with socket, bind, listen and accept one by one.</summary>
public sealed class CallByCallTests
{
    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    [InlineData(Transport.Abstract)]
    public void Socket_bind_listen_accept_and_one_character_each_way(Transport transport)
    {
        using TemporaryDirectory directory = new();
        (AddressFamily family, SocketEndpoint endpoint) = transport switch
        {
            Transport.Tcp => (AddressFamily.InterNetwork, SocketEndpoint.Parse("tcp://:0")),
            Transport.Unix => (AddressFamily.Unix, directory.Endpoint("server_socket")),
            _ => (AddressFamily.Unix, ChannelPair.AbstractName()),
        };
        using SocketChannel channel = Create(family);
        channel.Bind(endpoint, "/", BindOptions.Default, Within.Ten);
        SocketListener listener = SocketListener.Start(channel, 5, null);
        Assert.Equal(SocketChannelState.Listening, channel.State);
        Assert.Contains(listener, OpenSockets.Listeners);
        Assert.Same(listener, SocketListener.Of(channel));

        using SocketChannel client = Create(family);
        client.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);
        client.Send("A"u8, Within.Ten);
        byte character = server.ReceiveExactly(1, Within.Ten)[0];
        server.Send([++character], Within.Ten);

        Assert.Equal("B"u8, client.ReceiveExactly(1, Within.Ten));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData(AddressFamily.InterNetworkV6, "::1")]
    public void A_socket_without_an_address_listens_at_the_loopback_only(AddressFamily family, string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
        using SocketChannel channel = Create(family);
        SocketListener listener = SocketListener.Start(channel, 5, null);

        IPEndPoint local = Assert.IsType<IPEndPoint>(listener.LocalEndPoint);
        Assert.Equal(IPAddress.Parse(address), local.Address);
        Assert.NotEqual(0, local.Port);
        Assert.True(ListenerTests.Answers(listener.Endpoint!.ToString()));
    }

    [Fact]
    public void A_unix_socket_without_an_address_cannot_listen()
    {
        using SocketChannel channel = Create(AddressFamily.Unix);

        Fails.With(Errno.EINVAL, () => SocketListener.Start(channel, 5, null));
        Assert.Equal(SocketChannelState.Unconnected, channel.State);
    }

    [Theory]
    [InlineData("unconnected")]
    [InlineData("bound")]
    [InlineData("unix")]
    [InlineData("bound unix")]
    public void Accepting_on_a_socket_that_does_not_listen_is_EINVAL(string state)
    {
        using TemporaryDirectory directory = new();
        using SocketChannel channel = Create(state.Contains("unix", StringComparison.Ordinal) ? AddressFamily.Unix : AddressFamily.InterNetwork);
        if (state.Contains("bound", StringComparison.Ordinal))
        {
            channel.Bind(state == "bound" ? SocketEndpoint.Parse("tcp://:0") : directory.Endpoint(), "/", BindOptions.Default, Within.Ten);
        }

        AcceptIsInvalid(channel);
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void Accepting_on_a_connection_is_EINVAL_and_does_not_wait(Transport transport)
    {
        using ChannelPair pair = new(transport);

        AcceptIsInvalid(pair.Client);
        AcceptIsInvalid(pair.Server);
    }

    [Fact]
    public void Listening_on_a_connection_is_EINVAL()
    {
        using ChannelPair pair = new();

        Fails.With(Errno.EINVAL, () => SocketListener.Start(pair.Client, 5, null));
        Assert.Equal(SocketChannelState.Connected, pair.Client.State);
    }

    [Fact]
    public void Receiving_from_a_listening_socket_is_ENOTCONN()
    {
        using SocketListener listener = ListenerTests.Start("tcp://:0");

        Fails.With(Errno.ENOTCONN, () => listener.Channel.Receive(1, Within.Ten));
    }

    [Fact]
    public void Closing_the_channel_stops_its_listener()
    {
        SocketChannel channel = Create(AddressFamily.InterNetwork);
        SocketListener listener = SocketListener.Start(channel, 5, null);
        Assert.Contains(channel, OpenSockets.Channels);

        channel.Close();

        Assert.Equal(SocketChannelState.Closed, listener.State);
        Assert.DoesNotContain(listener, OpenSockets.Listeners);
        Assert.False(ListenerTests.Answers(listener.Endpoint!.ToString()));
    }

    [Fact]
    public void A_socket_that_does_not_listen_is_not_listed_as_a_listener()
    {
        using SocketChannel channel = Create(AddressFamily.InterNetwork);
        SocketListener listener = SocketListener.Of(channel);

        Assert.DoesNotContain(listener, OpenSockets.Listeners);
        Assert.Same(listener, SocketListener.Of(channel));
        Fails.With(Errno.EINVAL, () => listener.Stop());
        Assert.Equal(SocketChannelState.Unconnected, channel.State);
        Assert.Contains(SocketListener.Start(channel, 5, null), OpenSockets.Listeners);
    }

    // Two seconds are more than a refusal takes, and less than for ever.
    private static void AcceptIsInvalid(SocketChannel channel)
    {
        SocketCallException error = Assert.Throws<SocketCallException>(() => SocketListener.Of(channel).Accept(SocketWait.Seconds(2)));
        Assert.Equal((Errno.EINVAL, "accept"), (error.Errno, error.Operation));
    }

    private static SocketChannel Create(AddressFamily family) => SocketChannel.Create(family, SocketType.Stream, ProtocolType.Unspecified);
}
