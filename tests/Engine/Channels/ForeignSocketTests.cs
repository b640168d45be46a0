using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ForeignSocketTests : IDisposable
{
    private readonly SocketListener _listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketChannel _peer;

    public ForeignSocketTests()
    {
        _socket.Connect(_listener.LocalEndPoint!);
        _peer = _listener.Accept(Within.Ten);
    }

    [Fact]
    public void The_channel_around_it_is_the_same_each_time()
    {
        SocketChannel channel = SocketChannel.From(_socket);

        Assert.Same(channel, SocketChannel.From(_socket));
        Assert.Same(_socket, channel.Socket);
        Assert.Equal((SocketChannelState.Connected, (int)_socket.Handle), (channel.State, channel.Descriptor));
        Assert.Equal(SocketEndpoint.From(_listener.LocalEndPoint), channel.Endpoint);
        Assert.DoesNotContain(channel, OpenSockets.Channels);
    }

    [Fact]
    public void Its_buffer_lasts_between_calls_even_when_nobody_keeps_the_channel()
    {
        _peer.Send("one\ntwo\n"u8, Within.Ten);

        Assert.Equal("one", Line(_socket));
        Collect();
        Assert.Equal("two", Line(_socket));
        Assert.Equal(8, SocketChannel.From(_socket).BytesReceived);
    }

    [Fact]
    public void It_stays_open_and_its_owners_when_the_channel_is_collected()
    {
        _peer.Send("x\ny"u8, Within.Ten);
        Line(_socket);
        Collect();

        Assert.True(_socket.Connected);
        _socket.Send("z"u8);
        Assert.Equal("z"u8, _peer.Receive(1, Within.Ten)!);
    }

    [Fact]
    public void It_is_closed_when_that_is_asked_for()
    {
        SocketChannel.From(_socket).Close();

        Assert.Throws<ObjectDisposedException>(() => _socket.Send("x"u8));
        Assert.Null(_peer.Receive(1, Within.Ten));
    }

    [Fact]
    public void Closed_by_its_owner_it_is_EBADF()
    {
        SocketChannel channel = SocketChannel.From(_socket);
        _socket.Dispose();

        Fails.With(Errno.EBADF, () => channel.Receive(1, Within.Ten));
        Assert.Equal(SocketChannelState.Closed, channel.State);
        using Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Dispose();
        Fails.With(Errno.EBADF, () => SocketChannel.From(closed));
    }

    [Fact]
    public void Its_blocking_mode_stays_as_it_was()
    {
        CallsInUse.SkipUnlessLibc(".NET has no call that does not wait on a socket that does");
        Fails.With(Errno.EWOULDBLOCK, () => SocketChannel.From(_socket).Receive(1, SocketWait.Never));

        Assert.True(_socket.Blocking);
        using Waiter reader = Waiter.Start(_ => Assert.Equal(1, _socket.Receive(new byte[1])));
        _peer.Send("x"u8, Within.Ten);
        reader.Finish();
    }

    [Fact]
    public void A_socket_that_listens_accepts()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        SocketListener listener = SocketListener.Of(SocketChannel.From(listening));
        Assert.DoesNotContain(listener, OpenSockets.Listeners);
        Fails.With(Errno.ETIMEDOUT, () => listener.Accept(Within.Short));

        using SocketChannel client = SocketConnector.Connect(SocketEndpoint.From(listening.LocalEndPoint)!, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);

        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _peer.Dispose();
        _listener.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? Line(Socket socket) => SocketChannel.From(socket).ReceiveRecord("\n", line: true, TextFraming.Utf8, 99, Within.Ten);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
