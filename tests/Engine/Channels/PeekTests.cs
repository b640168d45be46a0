using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class PeekTests
{
    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void A_peek_leaves_the_bytes_in_the_kernel(Transport transport)
    {
        using ChannelPair pair = new(transport);
        pair.Client.Send("123"u8, Within.Ten);

        Assert.Equal("12"u8, pair.Server.Peek(2, exactly: false, Within.Ten)!);
        Assert.Equal("123"u8, pair.Server.Peek(9, exactly: false, Within.Ten)!);

        Assert.Equal((0L, 0), (pair.Server.BytesReceived, pair.Server.Buffered));
        Assert.Equal("123"u8, pair.Server.Receive(9, SocketWait.Never)!);
        Assert.Equal(3, pair.Server.BytesReceived);
    }

    [Fact]
    public void A_peek_of_an_exact_number_waits_for_it_and_keeps_it_in_the_channel()
    {
        using ChannelPair pair = new();
        pair.Client.Send("12"u8, Within.Ten);
        using Waiter peek = Waiter.Start(stop => Assert.Equal("123"u8, pair.Server.Peek(3, exactly: true, Within.Ten with { Stop = stop })!));

        pair.Client.Send("34"u8, Within.Ten);
        peek.Finish();

        Assert.Equal((3L, 3), (pair.Server.BytesReceived, pair.Server.Buffered));
        Assert.Equal("1"u8, pair.Server.Peek(1, exactly: true, SocketWait.Never)!);
        Assert.Equal("123"u8, pair.Server.Peek(9, exactly: false, SocketWait.Never)!);
        Assert.Equal("1234"u8, pair.Server.ReceiveExactly(4, Within.Ten));
    }

    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.03, Errno.ETIMEDOUT)]
    public void A_peek_that_runs_out_of_time_keeps_what_came(double seconds, Errno errno)
    {
        using ChannelPair pair = new();
        pair.Client.Send("12"u8, Within.Ten);
        ReceiveTests.Arrived(pair.Server, 2);

        Fails.With(errno, () => pair.Server.Peek(3, exactly: true, SocketWait.Seconds(seconds)));

        Assert.Equal("12"u8, pair.Server.Receive(9, SocketWait.Never)!);
        Fails.With(errno, () => pair.Server.Peek(3, exactly: false, SocketWait.Seconds(seconds)));
    }

    [Fact]
    public void A_peek_at_the_end_of_the_stream_gives_nothing_and_short_of_a_number_ENODATA()
    {
        using ChannelPair pair = new();
        pair.Client.Send("12"u8, Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);

        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Server.Peek(3, exactly: true, Within.Ten));

        Assert.Equal((Errno.ENODATA, 2L), (error.Errno, error.BytesTransferred));
        Assert.Equal("12"u8, pair.Server.Receive(9, SocketWait.Never)!);
        Assert.Null(pair.Server.Peek(3, exactly: false, SocketWait.Never));
        Assert.True(pair.Server.EndOfStream);
    }
}
