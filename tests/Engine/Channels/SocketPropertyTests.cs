using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class SocketPropertyTests
{
    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void The_socket_inside_shows_a_connection(Transport transport)
    {
        using ChannelPair pair = new(transport);
        foreach (SocketChannel channel in new[] { pair.Client, pair.Server })
        {
            Socket socket = channel.Socket;
            Assert.Same(socket, channel.Socket);
            Assert.True(socket.Connected);
            Assert.Equal(channel.Descriptor, (int)socket.Handle);
            Assert.Equal((channel.AddressFamily, channel.SocketType), (socket.AddressFamily, socket.SocketType));
            Assert.Equal(channel.LocalEndPoint?.ToString(), socket.LocalEndPoint?.ToString());
        }
    }

    [Fact]
    public void The_socket_inside_follows_each_step_call_by_call()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.False(channel.Socket.Connected);
        Assert.Equal((null, null, SocketChannelState.Unconnected), (channel.LocalEndPoint, channel.RemoteEndPoint, channel.State));

        channel.Bind(SocketEndpoint.Parse("tcp://:0"), "/", BindOptions.Default, Within.Ten);
        Assert.True(channel.Socket.IsBound);
        Assert.Equal(channel.LocalEndPoint, channel.Socket.LocalEndPoint);
        Assert.Equal(SocketChannelState.Bound, channel.State);

        channel.Connect(listener.Endpoint!, "/", Within.Ten);
        Assert.True(channel.Socket.Connected);
        Assert.Equal(listener.LocalEndPoint, channel.Socket.RemoteEndPoint);
        Assert.Equal(listener.LocalEndPoint, channel.RemoteEndPoint);
        Assert.Equal(SocketChannelState.Connected, channel.State);
    }

    [Fact]
    public void The_collector_does_not_close_the_descriptor_of_a_socket_that_was_looked_at()
    {
        using SocketChannel server = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using SocketChannel client = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        LookAt(server);
        server.Bind(SocketEndpoint.Parse("tcp://:0"), "/", BindOptions.Default, Within.Ten);
        LookAt(server);
        SocketListener listener = SocketListener.Start(server, 5, null);
        LookAt(server);
        LookAt(client);
        client.Connect(listener.Endpoint!, "/", Within.Ten);
        LookAt(client);
        Collect();

        using SocketChannel accepted = listener.Accept(Within.Ten);
        accepted.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8, client.Receive(1, Within.Ten)!);
    }

    [Fact]
    public void An_open_channel_that_nobody_holds_is_kept_open()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        int descriptor = ConnectAndForget(listener);
        using SocketChannel server = listener.Accept(Within.Ten);
        Collect();

        Fails.With(Errno.EWOULDBLOCK, () => server.Receive(1, SocketWait.Never));
        Assert.Single(OpenSockets.Channels, c => c.Descriptor == descriptor).Close();
        Assert.Null(server.Receive(1, Within.Ten));
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void A_connected_socket_is_left_in_blocking_mode_as_the_system_makes_it(Transport transport)
    {
        CallsInUse.SkipUnlessLibc(".NET has no call that does not wait on a socket that does");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the mode is read from /proc");
        using TemporaryDirectory directory = new();
        using SocketListener listener = SocketListener.Start(
            transport == Transport.Tcp ? SocketEndpoint.Parse("tcp://:0") : directory.Endpoint(), "/", 5, BindOptions.Default, Within.Ten);
        AddressFamily family = transport == Transport.Tcp ? AddressFamily.InterNetwork : AddressFamily.Unix;
        using SocketChannel channel = SocketChannel.Create(family, SocketType.Stream, ProtocolType.Unspecified);
        channel.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);

        Assert.All([channel, client, server], static c => Assert.Equal(0, DescriptorTests.Flags(c) & 0x800)); // O_NONBLOCK
    }

    [Fact]
    public void A_channel_says_what_it_is_connected_to()
    {
        using ChannelPair pair = new();

        Assert.Equal(pair.Server.LocalEndPoint, pair.Client.RemoteEndPoint);
        Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
        Assert.Equal(SocketEndpoint.From(pair.Client.LocalEndPoint), pair.Server.Endpoint);
        Assert.Equal(SocketEndpoint.From(pair.Server.LocalEndPoint), pair.Client.Endpoint);
        Assert.Equal(("tcp", AddressFamily.InterNetwork), (pair.Client.Protocol, pair.Client.AddressFamily));
        Assert.Equal($"{pair.Client.Endpoint} [{pair.Client.Descriptor}]", pair.Client.ToString());
        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(pair.Client.LocalEndPoint).Address);
    }

    [Fact]
    public void A_unix_peer_without_a_name_is_shown_by_the_listener()
    {
        using ChannelPair pair = new(Transport.Unix);

        Assert.Equal(pair.Client.Endpoint, pair.Server.Endpoint);
        Assert.Equal("unix", pair.Server.Protocol);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LookAt(SocketChannel channel) => _ = channel.Socket.LocalEndPoint;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ConnectAndForget(SocketListener listener) => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten).Descriptor;

    private static void Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
