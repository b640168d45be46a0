using System;
using System.Linq;
using System.Text;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Datagrams;

/// <summary>Datagrams that were received and that nobody took are the next ones to be received, by whatever call.</summary>
[Collection(nameof(Alone))]
public sealed class ReturnDatagramTests
{
    [Fact]
    public void They_come_first_in_order_and_then_what_the_kernel_has()
    {
        using DatagramPair pair = new(DatagramTransport.Unixgram);
        Return(pair, "a", "b");
        pair.Send("c");

        Assert.Equal("a", DatagramPair.Peek(pair.Receiver).Text);
        Assert.Equal(["a", "b", "c"], [pair.Receive().Text, pair.Receive().Text, pair.Receive().Text]);
        DatagramPair.HasNothing(pair.Receiver);
    }

    [Fact]
    public void Those_that_are_put_back_later_come_before_those_put_back_earlier()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        Return(pair, "a", "b", "c");
        SocketDatagram[] two = new SocketDatagram[2];
        Assert.Equal(2, pair.Receiver.ReceiveDatagrams(two, 65536, Encoding.UTF8, Within.Ten));

        pair.Receiver.Return(two.AsSpan(1));

        Assert.Equal(["b", "c"], [pair.Receive().Text, pair.Receive().Text]);
    }

    [Fact]
    public void A_plain_receive_and_a_plain_peek_see_them_one_by_one_cut_to_their_room()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        Return(pair, "abc", "def", "", "g");

        Assert.Equal("ab"u8, pair.Receiver.Peek(2, exactly: false, Within.Ten)!);
        Assert.Equal("ab"u8, pair.Receiver.Receive(2, Within.Ten)!);
        Assert.Equal("def"u8, pair.Receiver.Receive(9, Within.Ten)!);
        Assert.Equal("", pair.Receive().Text);
        Assert.Equal("g"u8, pair.Receiver.Receive(9, Within.Ten)!);
        DatagramPair.HasNothing(pair.Receiver);
    }

    [Fact]
    public void They_are_not_counted_twice()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        Return(pair, "abc", "de");
        Assert.Equal(5L, pair.Receiver.BytesReceived);

        pair.Receive();
        pair.Receive();

        Assert.Equal(5L, pair.Receiver.BytesReceived);
    }

    [Fact]
    public void A_wait_over_sockets_finds_them()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        using DatagramPair other = new(DatagramTransport.Udp4);
        Return(pair, "x");
        using WaitSet set = Waiting.ReadinessPairs.SetOf([other.Receiver, pair.Receiver]);

        SocketReadiness ready = Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, SocketWait.Never));
        Assert.Same(pair.Receiver, ready.Channel);
        pair.Receive();

        Fails.With(Errno.EWOULDBLOCK, () => SocketWaiter.Wait(set, PollEvents.Read, all: false, SocketWait.Never));
    }

    [Fact]
    public void They_are_kept_also_while_another_thread_waits_for_the_next_one()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        Array.ForEach(["a", "b"], pair.Send);
        SocketDatagram[] taken = [pair.Receive(), pair.Receive()];
        SocketDatagram? next = null;
        using Waiter other = Waiter.Start(stop => next = pair.Receiver.ReceiveDatagram(10, Encoding.UTF8, Within.Ten with { Stop = stop }));

        pair.Receiver.Return(taken);
        pair.Send("c");
        other.Finish();

        // The one who waits does not see them; the next call does.
        Assert.Equal(["c", "a", "b"], [next!.Text, pair.Receive().Text, pair.Receive().Text]);
    }

    [Fact]
    public void Closing_forgets_them()
    {
        int before = ReceiveBuffer.NonEmpty;
        using DatagramPair pair = new(DatagramTransport.Udp4);
        Return(pair, "x", "y", "z");
        SocketDatagram taken = pair.Receive();
        Assert.Equal(before + 1, ReceiveBuffer.NonEmpty);

        pair.Receiver.Close();

        Assert.Equal(before, ReceiveBuffer.NonEmpty);
        pair.Receiver.Return([taken]);
        Assert.Equal(before, ReceiveBuffer.NonEmpty);
    }

    private static void Return(DatagramPair pair, params string[] texts)
    {
        Array.ForEach(texts, pair.Send);
        SocketDatagram[] taken = [.. texts.Select(_ => pair.Receive())];
        pair.Receiver.Return(taken);
    }
}
