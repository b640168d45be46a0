using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ReceiveAllTests
{
    [Theory]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void All_is_what_came_until_the_end_up_to_the_limit(int sent, bool fits)
    {
        using ChannelPair pair = new();
        byte[] bytes = ReceiveTests.Pattern(sent);
        pair.Client.Send(bytes, Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);

        if (fits)
        {
            Assert.Equal(bytes, pair.Server.ReceiveAll(5, Within.Ten));
            Assert.True(pair.Server.EndOfStream);
            return;
        }

        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Server.ReceiveAll(5, Within.Ten));
        Assert.Equal((Errno.EMSGSIZE, 6L), (error.Errno, error.BytesTransferred));
        Assert.Equal(bytes, pair.Server.ReceiveAll(6, Within.Ten));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_limit_holds_for_what_is_in_the_buffer_already(bool ended)
    {
        using ChannelPair pair = new();
        pair.Client.Send("123456"u8, Within.Ten);
        pair.Server.Peek(6, exactly: true, Within.Ten);
        if (ended)
        {
            pair.Client.Shutdown(SocketShutdown.Send);
        }

        Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveAll(5, Within.Short));
        Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveAllText(Encoding.UTF8, 5, Within.Short));
        Assert.Equal("123456"u8, pair.Server.Receive(9, SocketWait.Never)!);
    }

    [Fact]
    public void All_of_nothing_is_null()
    {
        using ChannelPair pair = new();
        pair.Client.Close();

        Assert.Null(pair.Server.ReceiveAll(5, Within.Ten));
        Assert.Null(pair.Server.ReceiveAllText(Encoding.UTF8, 5, Within.Ten));
    }

    [Fact]
    public void All_that_runs_out_of_time_keeps_what_came()
    {
        using ChannelPair pair = new();
        pair.Client.Send("12"u8, Within.Ten);

        Fails.With(Errno.ETIMEDOUT, () => pair.Server.ReceiveAll(5, Within.Short));

        pair.Client.Send("34"u8, Within.Ten);
        pair.Client.Close();
        Assert.Equal("1234", pair.Server.ReceiveAllText(Encoding.UTF8, 5, Within.Ten));
    }

    [Fact]
    public void A_megabyte_comes_whole()
    {
        using ChannelPair pair = new();
        byte[] sent = ReceiveTests.Pattern(1 << 20);
        using Waiter sender = Waiter.Start(stop =>
        {
            pair.Client.Send(sent, Within.Ten with { Stop = stop });
            pair.Client.Close();
        });

        Assert.Equal(sent, pair.Server.ReceiveAll(1 << 20, Within.Ten));
        sender.Finish();
    }
}
