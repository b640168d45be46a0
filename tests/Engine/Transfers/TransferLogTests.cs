using System;
using System.Linq;
using SocketTools.Transfers;
using Xunit;

namespace SocketTools.Tests.Transfers;

public sealed class TransferLogTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(300)]
    [InlineData(1000)]
    public void It_keeps_the_last_256_in_order(int count)
    {
        TransferLog log = new();
        for (int i = 1; i <= count; i++)
        {
            log.Add(TransferCall.Send, i, i, i, null);
        }

        TransferEntry[] entries = log.Snapshot(out long forgotten);

        int kept = Math.Min(count, 256);
        Assert.Equal(count - kept, forgotten);
        Assert.Equal(Enumerable.Range(count - kept + 1, kept).Select(static n => (long)n), entries.Select(static e => e.Number));
        Assert.Equal(entries.Select(static e => e.Number), entries.Select(static e => e.Offset));
    }

    [Fact]
    public void Sends_and_receives_have_numbers_of_their_own_and_messages_without_an_offset_are_counted()
    {
        TransferLog log = new();
        log.Add(TransferCall.SendTo, 5, 5, -1, null);
        log.Add(TransferCall.ReceiveFrom, 9, 3, -1, null);
        log.Add(TransferCall.SendTo, 5, -(int)Errno.EMSGSIZE, -1, null);
        log.Add(TransferCall.SendTo, 4, 4, -1, null);

        TransferEntry[] entries = log.Snapshot(out _);

        Assert.Equal([(1, 0), (1, 0), (2, 1), (3, 1)], entries.Select(static e => ((int)e.Number, (int)e.Offset)));
    }

    [Fact]
    public void An_entry_costs_no_allocation()
    {
        TransferLog log = new();
        for (int i = 0; i < 256; i++)
        {
            log.Add(TransferCall.Send, 1, 1, i, null);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            log.Add(TransferCall.Send, 1, 1, i, null);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_channel_has_none_before_its_first_call()
    {
        using ChannelPair pair = new();
        Assert.Null(pair.Client.Transfers);
        Assert.Empty(SocketChannel.TraceTransfers([pair.Client, pair.Server]));
        pair.Client.Send("ab"u8, Within.Ten);
        Assert.NotNull(pair.Client.Transfers);
        Assert.Null(pair.Server.Transfers);
    }

    [Fact]
    public void A_receive_stands_behind_the_sends_that_it_came_from()
    {
        using ChannelPair pair = new();
        pair.Client.LogTransfer(TransferCall.Receive, 2, 2, null); // logged before the send that it came from, as a fast receiver may
        pair.Server.LogTransfer(TransferCall.Send, 2, 2, null);

        var trace = SocketChannel.TraceTransfers([pair.Client, pair.Server]);

        Assert.Equal(["send", "recv"], trace.Select(static t => t.Call));
        Assert.Equal("#1", trace[1].Parts.Single().ToString());
    }
}
