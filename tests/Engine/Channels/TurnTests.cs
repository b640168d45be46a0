using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class TurnTests
{
    [Fact]
    public void Two_readers_take_turns_and_each_gets_whole_records()
    {
        using ChannelPair pair = new();
        ConcurrentBag<byte[]> received = [];
        void ReadAll(CancellationToken stop)
        {
            for (int i = 0; i < 100; i++)
            {
                received.Add(pair.Server.ReceiveExactly(3, Within.Ten with { Stop = stop }));
            }
        }

        using Waiter first = Waiter.Start(ReadAll);
        using Waiter second = Waiter.Start(ReadAll);
        for (int i = 0; i < 200; i++)
        {
            byte n = (byte)i;
            pair.Client.Send([n, n], Within.Ten);
            pair.Client.Send([n], Within.Ten);
        }

        first.Finish();
        second.Finish();
        Assert.All(received, static r => Assert.Equal([r[0], r[0], r[0]], r));
        Assert.Equal(Enumerable.Range(0, 200), received.Select(static r => (int)r[0]).Order());
    }

    [Fact]
    public void Two_writers_take_turns_and_neither_breaks_the_other_up()
    {
        using ChannelPair pair = new();
        byte[] ones = [.. Enumerable.Repeat((byte)1, 8 << 20)];
        byte[] twos = [.. Enumerable.Repeat((byte)2, 8 << 20)];
        using Waiter first = Waiter.Start(stop => pair.Client.Send(ones, Within.Ten with { Stop = stop }));
        using Waiter second = Waiter.Start(stop => pair.Client.Send(twos, Within.Ten with { Stop = stop }));

        byte[] received = pair.Server.ReceiveExactly(16 << 20, Within.Ten);

        first.Finish();
        second.Finish();
        Assert.Equal((byte[])[.. ones, .. twos], received);
    }

    [Fact]
    public void A_reader_waits_for_its_turn_no_longer_than_for_data()
    {
        using ChannelPair pair = new();
        using Waiter first = Waiter.Start(stop => pair.Server.Receive(1, Within.Ten with { Stop = stop }));

        Fails.With(Errno.ETIMEDOUT, () => pair.Server.Receive(1, Within.Short));
        Fails.With(Errno.EWOULDBLOCK, () => pair.Server.Receive(1, SocketWait.Never));

        pair.Client.Send("x"u8, Within.Ten);
        first.Finish();
    }

    [Fact]
    public void One_sends_while_another_receives()
    {
        using ChannelPair pair = new();
        using Waiter reader = Waiter.Start(stop => Assert.Equal("answer"u8, pair.Client.ReceiveExactly(6, Within.Ten with { Stop = stop })));

        pair.Client.Send("question"u8, Within.Ten);
        Assert.Equal("question"u8, pair.Server.ReceiveExactly(8, Within.Ten));
        pair.Server.Send("answer"u8, Within.Ten);

        reader.Finish();
    }
}
