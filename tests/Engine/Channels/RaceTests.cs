using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Channels;

/// <summary>Happy eyeballs (RFC 8305) over addresses given, so that no name server takes part.</summary>
[Collection(nameof(Alone))]
public sealed class RaceTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.2")]
    [InlineData("::1", "127.0.0.1")]
    [InlineData("127.0.0.1", "::1")]
    public void The_address_that_listens_wins_over_one_that_refuses(string refusing, string listening)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
        using SocketListener listener = Listen(listening);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        using SocketChannel client = Race(Within.Ten, new(IPAddress.Parse(refusing), port), new(IPAddress.Parse(listening), port));

        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        Assert.Equal(SocketChannelState.Connected, client.State);
        Assert.Equal("tcp://name:1", client.Endpoint!.ToString());
    }

    [Fact]
    public void When_every_address_refuses_each_is_reported()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
        int port = ConnectTests.ClosedPort().Port;
        IPEndPoint[] addresses = [new(IPAddress.IPv6Loopback, port), new(IPAddress.Loopback, port), new(IPAddress.Parse("127.0.0.3"), port)];

        SocketConnectException error = Assert.Throws<SocketConnectException>(() => Race(Within.Ten, addresses));

        Assert.Equal(Errno.ECONNREFUSED, error.Errno);
        Assert.Equal(addresses.Select(static a => new ConnectAttempt(a, Errno.ECONNREFUSED)), error.Attempts);
        Assert.All(addresses, a => Assert.Contains(a.ToString(), error.Message));
    }

    [Fact]
    public void An_address_that_does_not_answer_holds_up_the_next_one_for_250_ms_only()
    {
        using BlackHole hole = new();
        using SocketListener listener = Listen("127.0.0.2");
        Stopwatch watch = Stopwatch.StartNew();

        using SocketChannel client = Race(Within.Ten, hole.Address, (IPEndPoint)listener.LocalEndPoint!);

        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(240), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_refusal_does_not_wait_for_the_delay()
    {
        using SocketListener listener = Listen("127.0.0.2");
        Promptly.Ends(() =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            using SocketChannel client = Race(Within.Ten, Closed(), (IPEndPoint)listener.LocalEndPoint!);
            return watch.Elapsed;
        });
    }

    [Fact]
    public void When_the_time_is_over_all_that_still_run_are_reported()
    {
        using BlackHole first = new();
        using BlackHole second = new("tcp://127.0.0.2:0");
        int before = OpenSockets.Channels.Count;

        SocketConnectException error = Assert.Throws<SocketConnectException>(() => Race(SocketWait.Seconds(0.3), first.Address, second.Address));

        Assert.Equal([new ConnectAttempt(first.Address, Errno.ETIMEDOUT), new ConnectAttempt(second.Address, Errno.ETIMEDOUT)], error.Attempts);
        Assert.Equal(before, OpenSockets.Channels.Count);
    }

    [Fact]
    public void The_token_ends_the_race_in_time_and_nothing_stays_open()
    {
        using BlackHole first = new();
        using BlackHole second = new("tcp://127.0.0.2:0");
        int before = OpenSockets.Channels.Count;
        Promptly.Ends(() =>
        {
            using Waiter race = Waiter.Start(stop => Race(SocketWait.Forever with { Stop = stop }, first.Address, second.Address));
            Within.TenSeconds(() => OpenSockets.Channels.Count == before + 2, "both attempts run");

            TimeSpan time = race.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(race.Error);
            Assert.Equal(before, OpenSockets.Channels.Count);
            return time;
        });
    }

    [Fact]
    public void The_losers_are_closed()
    {
        using BlackHole hole = new();
        using SocketListener listener = Listen("127.0.0.2");
        int before = OpenSockets.Channels.Count;

        using SocketChannel client = Race(Within.Ten, hole.Address, (IPEndPoint)listener.LocalEndPoint!);

        Assert.Equal(before + 1, OpenSockets.Channels.Count);
        Assert.Contains(client, OpenSockets.Channels);
    }

    [Fact]
    public void A_name_with_two_addresses_connects_to_the_one_that_listens()
    {
        IPAddress[] addresses = Dns.GetHostAddresses("localhost");
        Assert.SkipUnless(addresses.Length > 1, "localhost has one address on this system");
        foreach (IPAddress address in addresses)
        {
            using SocketListener listener = Listen(address.ToString());
            SocketEndpoint name = SocketEndpoint.Parse($"tcp://localhost:{((IPEndPoint)listener.LocalEndPoint!).Port}");
            using SocketChannel client = SocketConnector.Connect(name, "/", Within.Ten);

            Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        }
    }

    private static IPEndPoint Closed() => new(IPAddress.Loopback, ConnectTests.ClosedPort().Port);

    private static SocketListener Listen(string address) =>
        SocketListener.Start(SocketEndpoint.From(new IPEndPoint(IPAddress.Parse(address), 0))!, "/", 5, BindOptions.Default, Within.Ten);

    internal static SocketChannel Race(SocketWait wait, params IPEndPoint[] addresses) =>
        SocketConnector.Race(SocketEndpoint.Parse("tcp://name:1"), addresses, wait, Deadline.After(wait.Timeout));
}
