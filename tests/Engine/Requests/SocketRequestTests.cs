using System;
using System.Text;
using SocketTools.Tests.Channels;
using Xunit;

namespace SocketTools.Tests.Requests;

public sealed class SocketRequestTests
{
    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void A_request_and_a_reply_that_are_larger_than_all_buffers_pass_each_other(Transport transport)
    {
        using TemporaryDirectory directory = new();
        SocketEndpoint endpoint = transport == Transport.Unix ? directory.Endpoint() : SocketEndpoint.Parse("tcp://:0");
        using SocketListener listener = SocketListener.Start(endpoint, "/", 5, BindOptions.Default, Within.Ten);
        using Waiter echo = Waiter.Start(stop =>
        {
            using SocketChannel peer = listener.Accept(Within.Ten);
            while (peer.Receive(SocketChannel.DefaultReceiveSize, Within.Ten) is { } block)
            {
                peer.Send(block, Within.Ten);
            }
        });
        byte[] data = ReceiveTests.Pattern(16 * 1024 * 1024);

        byte[]? reply = new SocketRequest(listener.Endpoint!, data).Run("/", Within.Ten, channel => channel.ReceiveAll(int.MaxValue, Within.Ten));

        echo.Finish();
        Assert.True(data.AsSpan().SequenceEqual(reply));
    }

    [Fact]
    public void What_arrived_before_a_failure_is_in_the_exception_and_nothing_stays_open()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        using Waiter server = Waiter.Start(stop =>
        {
            using SocketChannel peer = listener.Accept(Within.Ten);
            peer.Send("part"u8, Within.Ten);
            peer.ReceiveAll(100, Within.Ten);
        });
        SocketChannel? used = null;

        SocketRequestException error = Assert.Throws<SocketRequestException>(() =>
            new SocketRequest(listener.Endpoint!, "x"u8.ToArray()).Run("/", Within.Ten, channel => (used = channel).ReceiveExactly(9, Within.Ten)));

        server.Finish();
        Assert.Equal((Errno.ENODATA, "part"), (error.Errno, Encoding.ASCII.GetString(error.Received)));
        Assert.Contains("4 bytes", error.Message);
        Assert.Equal(SocketChannelState.Closed, used!.State);
        Assert.DoesNotContain(used, OpenSockets.Channels);
    }

    [Fact]
    public void A_receive_up_to_a_count_takes_no_more_and_fewer_only_at_the_end()
    {
        using ChannelPair pair = new();
        pair.Server.Send("abcde"u8, Within.Ten);
        pair.Server.Dispose();

        Assert.Equal("abc"u8, pair.Client.ReceiveUpTo(3, Within.Ten)!);
        Assert.Equal("de"u8, pair.Client.ReceiveUpTo(3, Within.Ten)!);
        Assert.Null(pair.Client.ReceiveUpTo(3, Within.Ten));
    }
}
