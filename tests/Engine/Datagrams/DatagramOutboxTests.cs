using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Datagrams;

/// <summary>What a pipeline sends goes together where it comes together, and nothing waits for more to come.</summary>
[Collection(nameof(Alone))]
public sealed class DatagramOutboxTests
{
    [Fact]
    public void One_that_comes_after_a_pause_goes_at_once()
    {
        using DatagramPair pair = new(DatagramTransport.Unixgram);
        using DatagramOutbox outbox = new(pair.Sender, null, Within.Ten);

        outbox.Add("x"u8);

        Assert.Equal("x", pair.Receiver.ReceiveDatagram(10, Encoding.UTF8, SocketWait.Never)!.Text);
    }

    [Fact]
    public void Those_that_follow_closely_go_by_themselves_soon_and_in_order()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        using DatagramOutbox outbox = new(pair.Sender, null, Within.Ten);
        string[] sent = [.. Enumerable.Range(0, 10).Select(static i => $"{i}")];

        foreach (string text in sent)
        {
            outbox.Add(Encoding.UTF8.GetBytes(text));
        }

        // Nobody calls Send.
        Assert.Equal(sent, sent.Select(_ => pair.Receive().Text));
        Assert.True(SpinWait.SpinUntil(() => pair.Sender.DatagramsSent == 10, TimeSpan.FromSeconds(10)), "They are counted behind the call.");
    }

    [Fact]
    public void They_are_gathered_into_few_calls()
    {
        CallsInUse.SkipUnlessLibc(".NET sends one by one");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has sendmmsg");
        using DatagramPair pair = new(DatagramTransport.Udp4);
        DatagramBatch batch = new(5, 10);
        for (int i = 0; i < 5; i++)
        {
            batch.Room(i)[0] = (byte)('0' + i);
            batch.Arrivals[i].Count = 1;
        }

        List<string> calls = [];
        int next = 0;
        pair.Sender.SendDatagrams(batch, ref next, 5, null, Within.Ten with { Trace = r => calls.Add(r.Name) });

        Assert.Equal(5, next);
        Assert.Equal(["sendmmsg"], calls);
        Assert.Equal(["0", "1", "2", "3", "4"], Enumerable.Range(0, 5).Select(_ => pair.Receive().Text));
    }

    [Fact]
    public void Send_and_Dispose_send_what_is_gathered()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        DatagramOutbox outbox = new(pair.Sender, null, Within.Ten);
        outbox.Add("a"u8);
        outbox.Add("b"u8);
        outbox.Send();
        Assert.Equal(2L, pair.Sender.DatagramsSent);
        outbox.Add("c"u8);
        outbox.Dispose();
        outbox.Dispose();

        Assert.Equal(3L, pair.Sender.DatagramsSent);
        Assert.Equal(["a", "b", "c"], [pair.Receive().Text, pair.Receive().Text, pair.Receive().Text]);
    }

    [Fact]
    public void One_that_fails_does_not_take_the_others_along()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        using DatagramOutbox outbox = new(pair.Sender, null, Within.Ten);
        byte[] tooLarge = new byte[65508];

        List<SocketCallException> errors = [];
        outbox.Add("a"u8);
        outbox.Add("b"u8);
        Add(outbox, tooLarge, errors);
        outbox.Add("c"u8);
        outbox.Send();

        errors.AddRange(outbox.TakeErrors());
        Assert.Equal(Errno.EMSGSIZE, Assert.Single(errors).Errno);
        Assert.Empty(outbox.TakeErrors());
        Assert.Equal(["a", "b", "c"], [pair.Receive().Text, pair.Receive().Text, pair.Receive().Text]);
    }

    [Fact]
    public void Refusals_are_told_one_for_each()
    {
        using SocketChannel refusing = DatagramPair.Refusing();
        using SocketChannel sender = DatagramPair.Connected(refusing.Endpoint!);
        using DatagramOutbox outbox = new(sender, null, Within.Ten);
        List<SocketCallException> errors = [];
        Within.TenSeconds(
            () =>
            {
                Add(outbox, "x"u8, errors);
                errors.AddRange(outbox.TakeErrors());
                return errors.Count > 0;
            },
            "a refusal is told");

        Assert.All(errors, static e => Assert.Equal(Errno.ECONNREFUSED, e.Errno));
    }

    [Fact]
    public void The_token_ends_it_and_the_next_one_hears_of_it()
    {
        using TemporaryDirectory directory = new();
        using SocketChannel receiver = DatagramPair.Bound($"unixgram:{directory.File()}");
        using SocketChannel sender = DatagramPair.Connected(receiver.Endpoint!);
        using CancellationTokenSource stop = new();
        using DatagramOutbox outbox = new(sender, null, SocketWait.Forever with { Stop = stop.Token });
        stop.CancelAfter(100);

        // The queue of the receiver fills, and nobody reads.
        Assert.ThrowsAny<OperationCanceledException>(() => Fill(outbox));
    }

    [Fact]
    public void Dispose_ends_a_wait_for_room()
    {
        using TemporaryDirectory directory = new();
        using SocketChannel receiver = DatagramPair.Bound($"unixgram:{directory.File()}");
        using SocketChannel sender = DatagramPair.Connected(receiver.Endpoint!);
        DatagramOutbox outbox = new(sender, null, SocketWait.Forever);
        using Waiter adder = Waiter.Start(_ => Fill(outbox));

        adder.EndBy(outbox.Dispose);

        Assert.IsAssignableFrom<OperationCanceledException>(adder.Error);
    }

    [Fact]
    public void It_sends_to_an_address()
    {
        using SocketChannel receiver = DatagramPair.Bound("udp://127.0.0.1:0");
        using SocketChannel sender = DatagramPair.Made(AddressFamily.InterNetwork);
        using DatagramOutbox outbox = new(sender, receiver.LocalEndPoint, Within.Ten);

        outbox.Add("a"u8);
        outbox.Add("b"u8);
        outbox.Add(""u8);
        outbox.Send();

        Assert.Equal(["a", "b", ""], [DatagramPair.Receive(receiver).Text, DatagramPair.Receive(receiver).Text, DatagramPair.Receive(receiver).Text]);
    }

    private static void Fill(DatagramOutbox outbox)
    {
        for (int i = 0; i < 1_000_000; i++)
        {
            outbox.Add("x"u8);
            outbox.TakeErrors();
        }
    }

    // One that goes at once, because the machine made a pause, throws its error; of one that goes later it is kept.
    private static void Add(DatagramOutbox outbox, ReadOnlySpan<byte> data, List<SocketCallException> errors)
    {
        try
        {
            outbox.Add(data);
        }
        catch (SocketCallException e)
        {
            errors.Add(e);
        }
    }
}
