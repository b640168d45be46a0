using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void Half_close_works_in_both_directions(Transport transport)
    {
        using ChannelPair pair = new(transport);
        pair.Client.Send("question"u8, Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(SocketChannelState.SendClosed, pair.Client.State);

        Assert.Equal("question"u8, pair.Server.ReceiveAll(99, Within.Ten)!);
        Assert.Equal((SocketChannelState.ReceiveClosed, true), (pair.Server.State, pair.Server.EndOfStream));
        pair.Server.Send("answer"u8, Within.Ten);
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal(SocketChannelState.Disconnected, pair.Server.State);

        Assert.Equal("answer"u8, pair.Client.ReceiveAll(99, Within.Ten)!);
        Assert.Equal(SocketChannelState.Disconnected, pair.Client.State);
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void Sending_after_the_end_was_sent_is_EPIPE(Transport transport)
    {
        using ChannelPair pair = new(transport);
        pair.Client.Shutdown(SocketShutdown.Send);

        Fails.With(Errno.EPIPE, () => pair.Client.Send("x"u8, Within.Ten));
    }

    [Fact]
    public void A_side_that_reads_no_more_still_sends()
    {
        using ChannelPair pair = new();
        pair.Client.Shutdown(SocketShutdown.Receive);

        Assert.Equal(SocketChannelState.ReceiveClosed, pair.Client.State);
        Assert.Null(pair.Client.Receive(9, Within.Ten));
        pair.Client.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8, pair.Server.Receive(9, Within.Ten)!);
    }

    [Fact]
    public void Both_directions_at_once_leave_the_descriptor_open()
    {
        using ChannelPair pair = new();
        pair.Client.Shutdown(SocketShutdown.Both);

        Assert.Equal(SocketChannelState.Disconnected, pair.Client.State);
        Assert.Null(pair.Server.Receive(9, Within.Ten));
        Assert.Contains(pair.Client, OpenSockets.Channels);
    }

    [Fact]
    public void A_shutdown_ends_the_wait_of_a_reader()
    {
        using ChannelPair pair = new();
        using Waiter reader = Waiter.Start(stop => Assert.Null(pair.Client.Receive(9, Within.Ten with { Stop = stop })));

        pair.Client.Shutdown(SocketShutdown.Receive);

        reader.Finish();
    }

    [Fact]
    public void Without_a_peer_it_is_ENOTCONN_and_closed_it_is_EBADF()
    {
        SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Fails.With(Errno.ENOTCONN, () => channel.Shutdown(SocketShutdown.Both));
        Assert.Equal(SocketChannelState.Unconnected, channel.State);
        channel.Close();
        Fails.With(Errno.EBADF, () => channel.Shutdown(SocketShutdown.Both));
    }
}
