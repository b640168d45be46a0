using System;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

/// <summary>Connects that go on while nobody waits for them.</summary>
public sealed class BackgroundConnectTests
{
    [Fact]
    public void The_first_address_of_a_race_may_still_win_after_the_second_was_started()
    {
        using BlackHole hole = new();
        using Waiter race = Waiter.Start(stop =>
        {
            IPEndPoint closed = new(IPAddress.Loopback, ConnectTests.ClosedPort().Port);
            using SocketChannel client = RaceTests.Race(Within.Ten with { Stop = stop }, hole.Address, closed);
            Assert.Equal(hole.Address, client.RemoteEndPoint);
        });

        hole.MakeRoom(); // The kernel sends its SYN again after a second.

        race.Finish();
    }

    [Fact]
    public void Connecting_while_connecting_is_EALREADY()
    {
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Fails.With(Errno.ETIMEDOUT, () => channel.Connect(hole.Endpoint, "/", Within.Short));
        Assert.Equal(SocketChannelState.Connecting, channel.State);

        Fails.With(Errno.EALREADY, () => channel.Connect(hole.Endpoint, "/", Within.Ten));
        Assert.Equal(SocketChannelState.Connecting, channel.State);
    }

    [Fact]
    public void A_connect_goes_on_in_the_background()
    {
        CallsInUse.SkipUnlessLibc(ConnectTests.NoSecondConnect);
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Fails.With(Errno.ETIMEDOUT, () => channel.Connect(hole.Endpoint, "/", Within.Short));

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
        Fails.With(Errno.EISCONN, () => channel.Connect(hole.Endpoint, "/", Within.Ten));
    }

    [Fact]
    public void Connecting_while_another_thread_connects_is_EALREADY()
    {
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Waiter first = Waiter.Start(stop => channel.Connect(hole.Endpoint, "/", Within.Ten with { Stop = stop }));

        Fails.With(Errno.EALREADY, () => channel.Connect(hole.Endpoint, "/", Within.Ten));
    }

    [Fact]
    public void A_connect_in_the_background_that_fails_leaves_an_unconnected_socket()
    {
        CallsInUse.SkipUnlessLibc(ConnectTests.NoSecondConnect);
        using BlackHole hole = new();
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Fails.With(Errno.ETIMEDOUT, () => channel.Connect(hole.Endpoint, "/", Within.Short));
        hole.Refuse();

        Errno errno = Errno.EALREADY;
        Within.TenSeconds(
            () => (errno = Assert.Throws<SocketConnectException>(() => channel.Connect(hole.Endpoint, "/", Within.Ten)).Errno) != Errno.EALREADY,
            "the connect in the background fails");

        Assert.Equal((Errno.ECONNREFUSED, SocketChannelState.Unconnected), (errno, channel.State));
    }
}
