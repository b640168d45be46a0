using System;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

[Collection(nameof(Alone))]
public sealed class StopTests
{
    [Theory]
    [MemberData(nameof(CloseTests.Waits), MemberType = typeof(CloseTests))]
    public void The_token_ends_a_receive_in_time_and_the_channel_goes_on(string wait)
    {
        Promptly.Ends(() =>
        {
            using ChannelPair pair = new();
            using Waiter? other = wait == "second reader" ? Waiter.Start(stop => pair.Client.Receive(1, Forever(stop))) : null;
            using Waiter reader = Waiter.Start(stop => Receive(pair.Client, wait, Forever(stop)));

            TimeSpan time = reader.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(reader.Error);
            other?.Stop();
            pair.Server.Send("x"u8, Within.Ten);
            Assert.Equal("x"u8, pair.Client.Receive(9, Within.Ten)!);
            return time;
        });
    }

    [Fact]
    public void The_token_ends_a_send_in_time()
    {
        Promptly.Ends(() =>
        {
            using ChannelPair pair = new();
            using Waiter sender = Waiter.Start(stop => pair.Client.Send(new byte[32 << 20], Forever(stop)));

            TimeSpan time = sender.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(sender.Error);
            Assert.InRange(pair.Client.BytesSent, 1, (32 << 20) - 1);
            return time;
        });
    }

    [Fact]
    public void The_token_ends_an_accept_in_time_and_the_listener_goes_on()
    {
        Promptly.Ends(() =>
        {
            using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
            using Waiter accept = Waiter.Start(stop => listener.Accept(Forever(stop)));

            TimeSpan time = accept.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(accept.Error);
            using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
            using SocketChannel server = listener.Accept(Within.Ten);
            return time;
        });
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void The_token_ends_a_connect_to_a_full_backlog_in_time_and_nothing_stays_open(Transport transport)
    {
        using TemporaryDirectory directory = new();
        using BlackHole hole = new(transport == Transport.Tcp ? "tcp://:0" : directory.Endpoint().ToString());
        Promptly.Ends(() =>
        {
            int before = OpenSockets.Channels.Count;
            using Waiter connect = Waiter.Start(stop => SocketConnector.Connect(hole.Endpoint, "/", Forever(stop)));

            TimeSpan time = connect.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(connect.Error);
            Assert.Equal(before, OpenSockets.Channels.Count);
            return time;
        });
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void The_token_ends_a_connect_of_a_socket_in_time_and_the_socket_stays_open(Transport transport)
    {
        using TemporaryDirectory directory = new();
        using BlackHole hole = new(transport == Transport.Tcp ? "tcp://:0" : directory.Endpoint().ToString());
        Promptly.Ends(() =>
        {
            AddressFamily family = transport == Transport.Tcp ? AddressFamily.InterNetwork : AddressFamily.Unix;
            using SocketChannel channel = SocketChannel.Create(family, SocketType.Stream, ProtocolType.Unspecified);
            using Waiter connect = Waiter.Start(stop => channel.Connect(hole.Endpoint, "/", Forever(stop)));

            TimeSpan time = connect.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(connect.Error);
            Assert.NotEqual(SocketChannelState.Closed, channel.State);
            return time;
        });
    }

    [Fact]
    public void A_token_that_fired_before_ends_the_wait_at_once_but_not_what_needs_no_wait()
    {
        using ChannelPair pair = new();
        using CancellationTokenSource fired = new();
        fired.Cancel();
        SocketWait wait = Forever(fired.Token);

        Assert.ThrowsAny<OperationCanceledException>(() => pair.Server.Receive(1, wait));
        pair.Client.Send("x"u8, wait);
        Assert.Equal("x"u8, pair.Server.Receive(1, Within.Ten)!);
    }

    internal static void Receive(SocketChannel channel, string how, SocketWait wait) => _ = how switch
    {
        "exactly" => channel.ReceiveExactly(5, wait),
        "peek" => channel.Peek(5, exactly: true, wait),
        "line" => (object?)channel.ReceiveRecord("\n", line: true, TextFraming.Utf8, 99, wait),
        "all" => channel.ReceiveAll(99, wait),
        "text" => channel.ReceiveText(Encoding.UTF8, wait),
        "read" => channel.Stream.ReadAsync(new byte[1], wait.Stop).AsTask().GetAwaiter().GetResult(),
        _ => channel.Receive(1, wait),
    };

    private static SocketWait Forever(CancellationToken stop) => SocketWait.Forever with { Stop = stop };
}
