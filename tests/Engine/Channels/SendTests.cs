using System;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class SendTests
{
    private static readonly byte[] s_large = ReceiveTests.Pattern(32 * 1024 * 1024);

    [Theory]
    [InlineData(Transport.Tcp, 0, Errno.EWOULDBLOCK)]
    [InlineData(Transport.Tcp, 0.03, Errno.ETIMEDOUT)]
    [InlineData(Transport.Unix, 0, Errno.EWOULDBLOCK)]
    [InlineData(Transport.Unix, 0.03, Errno.ETIMEDOUT)]
    public void A_send_that_runs_out_of_time_says_how_many_bytes_the_peer_will_get(Transport transport, double seconds, Errno errno)
    {
        using ChannelPair pair = new(transport);

        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Client.Send(s_large, SocketWait.Seconds(seconds)));

        int sent = (int)error.BytesTransferred;
        Assert.Equal((errno, "send"), (error.Errno, error.Operation));
        Assert.InRange(sent, 1, s_large.Length - 1);
        Assert.Equal(sent, pair.Client.BytesSent);
        Assert.Contains($"{sent} of {s_large.Length}", error.Message);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(s_large[..sent], pair.Server.ReceiveAll(s_large.Length, Within.Ten));
    }

    [Fact]
    public void The_time_is_counted_without_progress()
    {
        using ChannelPair pair = new();
        using Waiter sender = Waiter.Start(stop => pair.Client.Send(s_large, SocketWait.Seconds(5) with { Stop = stop }));
        int received = 0;
        while (received < s_large.Length)
        {
            received += pair.Server.Receive(SocketChannel.DefaultReceiveSize, Within.Ten)!.Length;
        }

        sender.Finish();
        Assert.Equal((s_large.Length, s_large.Length), (pair.Client.BytesSent, pair.Server.BytesReceived));
    }

    [Fact]
    public void An_empty_send_is_no_call_and_no_end()
    {
        using ChannelPair pair = new();
        int calls = 0;
        pair.Client.Send([], Within.Ten with { Trace = _ => calls++ });
        pair.Client.Send("x"u8, Within.Ten);

        Assert.Equal(0, calls);
        Assert.Equal("x"u8, pair.Server.Receive(9, Within.Ten)!);
    }

    [Fact]
    public void A_peer_that_resets_gives_ECONNRESET_to_the_reader_and_then_EPIPE_to_the_writer()
    {
        using ChannelPair pair = new();
        pair.Client.Close(reset: true);

        Fails.With(Errno.ECONNRESET, () => pair.Server.Receive(1, Within.Ten));
        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Server.Send("12"u8, Within.Ten));
        Assert.Equal((Errno.EPIPE, 0L), (error.Errno, error.BytesTransferred));
    }

    [Fact]
    public void A_reset_during_a_wait_reaches_the_reader()
    {
        using ChannelPair pair = new();
        using Waiter reader = Waiter.Start(stop => pair.Server.ReceiveExactly(2, Within.Ten with { Stop = stop }));

        pair.Client.Close(reset: true);

        reader.Join();
        Assert.Equal(Errno.ECONNRESET, Assert.IsType<SocketCallException>(reader.Error).Errno);
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void A_peer_that_goes_away_ends_a_send_under_way_with_the_count(Transport transport)
    {
        using ChannelPair pair = new(transport);
        using Waiter sender = Waiter.Start(stop => pair.Client.Send(s_large, Within.Ten with { Stop = stop }));

        pair.Server.Close();

        sender.Join();
        SocketCallException error = Assert.IsType<SocketCallException>(sender.Error);
        Assert.True(error.Errno is Errno.EPIPE or Errno.ECONNRESET, error.ErrnoName);
        Assert.Equal(pair.Client.BytesSent, error.BytesTransferred);
        Assert.InRange(error.BytesTransferred, 1, s_large.Length - 1);
    }

    [Fact]
    public void A_unix_peer_that_closes_with_bytes_unread_is_ECONNRESET()
    {
        using ChannelPair pair = new(Transport.Unix);
        pair.Client.Send("unread"u8, Within.Ten);
        pair.Server.Close();

        Fails.With(Errno.ECONNRESET, () => pair.Client.Receive(1, Within.Ten));
        Fails.With(Errno.EPIPE, () => pair.Client.Send("x"u8, Within.Ten));
    }
}
