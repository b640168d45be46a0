using System;
using System.Linq;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ReceiveTests
{
    [Fact]
    public void What_a_receive_is_still_at_when_the_socket_is_closed_stays_as_it_is()
    {
        using ChannelPair pair = new();
        pair.Server.Send("abcd"u8, Within.Ten);
        Assert.Equal("abcd"u8.ToArray(), pair.Client.Peek(4, exactly: true, Within.Ten));
        using (pair.Client.EnterReceiving("recv", Within.Ten))
        {
            pair.Client.Close();
            Assert.Equal(4, pair.Client.Buffered);
        }

        Fails.With(Errno.EBADF, () => pair.Client.Receive(4, Within.Ten));
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    [InlineData(Transport.Abstract)]
    public void A_read_gives_from_one_byte_to_the_maximum(Transport transport)
    {
        using ChannelPair pair = new(transport);
        pair.Client.Send("12345"u8, Within.Ten);

        Assert.Equal("123"u8, pair.Server.Receive(3, Within.Ten)!);
        Assert.Equal("45"u8, pair.Server.Receive(3, Within.Ten)!);
        Fails.With(Errno.EWOULDBLOCK, () => pair.Server.Receive(3, SocketWait.Never));
    }

    [Theory]
    [InlineData(65536)]
    [InlineData(100_000)]
    public void A_read_without_a_count_gives_blocks_until_the_end(int length)
    {
        using ChannelPair pair = new();
        byte[] sent = Pattern(length);
        pair.Client.Send(sent, Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);

        byte[] received = [];
        while (pair.Server.Receive(SocketChannel.DefaultReceiveSize, Within.Ten) is { } block)
        {
            Assert.InRange(block.Length, 1, SocketChannel.DefaultReceiveSize);
            received = [.. received, .. block];
        }

        Assert.Equal(sent, received);
        Assert.True(pair.Server.EndOfStream);
        Assert.Null(pair.Server.Receive(10, SocketWait.Never));
    }

    [Fact]
    public void Nothing_there_is_EWOULDBLOCK_at_once_and_ETIMEDOUT_after_the_time()
    {
        using ChannelPair pair = new();

        SocketCallException never = Assert.Throws<SocketCallException>(() => pair.Server.Receive(1, SocketWait.Never));
        SocketCallException timed = Assert.Throws<SocketCallException>(() => pair.Server.Receive(1, Within.Short));

        Assert.Equal((Errno.EWOULDBLOCK, "recv"), (never.Errno, never.Operation));
        Assert.Equal((Errno.ETIMEDOUT, "recv"), (timed.Errno, timed.Operation));
        Assert.Same(pair.Server.Endpoint, timed.Target);
        Assert.Contains("0.03 s", timed.Message);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Exactly_gives_that_many_and_leaves_the_rest(int count)
    {
        using ChannelPair pair = new();
        pair.Client.Send("12345"u8, Within.Ten);

        Assert.Equal("12345"u8[..count], pair.Server.ReceiveExactly(count, Within.Ten));
        pair.Client.Send("6"u8, Within.Ten);
        Assert.Equal("123456"u8[count..], pair.Server.ReceiveExactly(6 - count, Within.Ten));
    }

    [Fact]
    public void Exactly_waits_for_all_of_it_across_many_reads()
    {
        using ChannelPair pair = new();
        byte[] sent = Pattern(3_000_000);
        using Waiter sender = Waiter.Start(stop => pair.Client.Send(sent, Within.Ten with { Stop = stop }));

        Assert.Equal(sent, pair.Server.ReceiveExactly(sent.Length, Within.Ten));
        sender.Finish();
        Assert.Equal((sent.Length, sent.Length), (pair.Client.BytesSent, pair.Server.BytesReceived));
    }

    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.03, Errno.ETIMEDOUT)]
    public void Exactly_that_runs_out_of_time_keeps_the_bytes_and_says_how_many(double seconds, Errno errno)
    {
        using ChannelPair pair = new();
        pair.Client.Send("1234"u8, Within.Ten);
        Arrived(pair.Server, 4);

        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Server.ReceiveExactly(5, SocketWait.Seconds(seconds)));

        Assert.Equal((errno, 4L, 4), (error.Errno, error.BytesTransferred, pair.Server.Buffered));
        Assert.False(pair.Server.EndOfStream);
        pair.Client.Send("5"u8, Within.Ten);
        Assert.Equal("12345"u8, pair.Server.ReceiveExactly(5, Within.Ten));
    }

    [Fact]
    public void Exactly_that_meets_the_end_early_is_ENODATA_and_keeps_the_bytes()
    {
        using ChannelPair pair = new();
        pair.Client.Send("1234"u8, Within.Ten);
        pair.Client.Close();

        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Server.ReceiveExactly(5, Within.Ten));

        Assert.Equal((Errno.ENODATA, 4L), (error.Errno, error.BytesTransferred));
        Assert.Contains("4 of 5", error.Message);
        Assert.False(pair.Server.EndOfStream);
        Assert.Equal("1234"u8, pair.Server.ReceiveExactly(4, SocketWait.Never));
        Assert.True(pair.Server.EndOfStream);
    }

    [Fact]
    public void Exactly_takes_what_the_buffer_has_and_then_what_comes()
    {
        using ChannelPair pair = new();
        pair.Client.Send("12"u8, Within.Ten);
        Assert.Equal("12"u8, pair.Server.Peek(2, exactly: true, Within.Ten)!);
        pair.Client.Send("34"u8, Within.Ten);

        Assert.Equal("123"u8, pair.Server.ReceiveExactly(3, Within.Ten));
        Assert.Equal("4"u8, pair.Server.Receive(9, Within.Ten)!);
    }

    [Fact]
    public void Receiving_on_a_socket_without_a_peer_is_ENOTCONN()
    {
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Fails.With(Errno.ENOTCONN, () => channel.Receive(1, Within.Ten));
        Fails.With(Errno.EPIPE, () => channel.Send("x"u8, Within.Ten));
    }

    internal static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Waits until the kernel has so many bytes for a channel, without taking them.</summary>
    internal static void Arrived(SocketChannel channel, int count) =>
        Within.TenSeconds(() => channel.Socket.Available >= count, $"{count} bytes arrived");
}
