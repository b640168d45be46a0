using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Messages;

public sealed class ReceiveMessageTests
{
    private const int Limit = SocketChannel.DefaultMaximumLength;

    public static TheoryData<string> EveryFraming => Framings.Names;

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void Several_messages_in_one_segment_come_one_by_one_and_then_the_end(string name)
    {
        MessageFraming framing = Framings.Get(name);
        byte[][] messages = Messages(name, "one", "", "three more");
        using ChannelPair pair = new();
        pair.Client.Send([.. messages.SelectMany(m => Framings.Frame(framing, m))], Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);

        Assert.All(messages, m => Assert.Equal(m, pair.Server.ReceiveMessage(framing, Limit, Within.Ten)));
        Assert.Null(pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
        Assert.True(pair.Server.EndOfStream);
    }

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void A_message_in_segments_of_one_byte_is_whole_with_the_last_and_kept_until_then(string name)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] message = Messages(name, "message")[0];
        byte[] frame = Framings.Frame(framing, message);
        using ChannelPair pair = new(Transport.Abstract);
        for (int i = 0; i < frame.Length; i++)
        {
            SocketCallException none = Fails.With(Errno.EWOULDBLOCK, () => pair.Server.ReceiveMessage(framing, Limit, SocketWait.Never));
            Assert.Equal(i, none.BytesTransferred);
            Assert.Equal(i, pair.Server.Buffered);
            pair.Client.Send(frame.AsSpan(i, 1), Within.Ten);
        }

        Assert.Equal(message, pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
        Assert.Equal(0, pair.Server.Buffered);
    }

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void A_stream_that_ends_in_a_frame_is_ENODATA_and_its_bytes_stay(string name)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] message = Messages(name, "message")[0];
        byte[] frame = Framings.Frame(framing, message);
        for (int length = 1; length < frame.Length; length++)
        {
            using ChannelPair pair = new(Transport.Abstract);
            pair.Client.Send(frame.AsSpan(0, length), Within.Ten);
            pair.Client.Shutdown(SocketShutdown.Send);

            Assert.Equal(length, Fails.With(Errno.ENODATA, () => pair.Server.ReceiveMessage(framing, Limit, Within.Ten)).BytesTransferred);
            Assert.False(pair.Server.EndOfStream);
            Assert.Equal(frame[..length], pair.Server.ReceiveExactly(length, Within.Ten));
        }
    }

    [Fact]
    public void A_message_that_does_not_come_in_time_goes_on_with_the_next_call()
    {
        using ChannelPair pair = new();
        MessageFraming framing = Framings.Get("UInt16");
        pair.Client.Send([0, 3, (byte)'a'], Within.Ten);

        SocketCallException late = Fails.With(Errno.ETIMEDOUT, () => pair.Server.ReceiveMessage(framing, Limit, Within.Short));
        Assert.Equal(3, late.BytesTransferred);
        Assert.Contains("3 of 5", late.Message);
        pair.Client.Send("bc"u8, Within.Ten);

        Assert.Equal("abc"u8, pair.Server.ReceiveMessage(framing, Limit, Within.Ten)!);
    }

    [Theory]
    [InlineData("UInt32", "FFFFFFFF41", 4294967295UL)]
    [InlineData("UInt32 little", "00000080", 2147483648UL)]
    [InlineData("Varint", "FFFFFFFFFFFFFFFFFF01", ulong.MaxValue)]
    public void A_frame_that_announces_4_GiB_is_EMSGSIZE_allocates_next_to_nothing_and_stays(string name, string hex, ulong announced)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] sent = Convert.FromHexString(hex);
        using ChannelPair pair = new();
        pair.Client.Send(sent, Within.Ten);

        long before = GC.GetAllocatedBytesForCurrentThread();
        SocketCallException error = Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);

        Assert.Contains($"{announced}", error.Message);
        Assert.Contains($"{Limit}", error.Message);
        Assert.Equal(sent.Length, error.BytesTransferred);
        Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
        Assert.Equal(sent, pair.Server.ReceiveExactly(sent.Length, Within.Ten));
    }

    [Fact]
    public void A_frame_that_announces_much_and_sends_little_gets_memory_for_little()
    {
        using ChannelPair pair = new();
        pair.Client.Send([0x40, 0, 0, 0, 1, 2, 3], Within.Ten);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Fails.With(Errno.ETIMEDOUT, () => pair.Server.ReceiveMessage(Framings.Get("UInt32"), int.MaxValue, Within.Short));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void The_limit_is_the_longest_message(int length, bool fits)
    {
        Assert.All(Framings.Names, row =>
        {
            MessageFraming framing = Framings.Get(row.Data);
            byte[] message = new byte[length];
            message.AsSpan().Fill((byte)'x');
            byte[] frame = Framings.Frame(framing, message);
            if (row.Data.EndsWith("utf-16", StringComparison.Ordinal) && length % 2 == 1)
            {
                return; // No such message exists.
            }

            using ChannelPair pair = new(Transport.Abstract);
            pair.Client.Send(frame, Within.Ten);
            if (fits)
            {
                Assert.Equal(message, pair.Server.ReceiveMessage(framing, 6, Within.Ten));
                return;
            }

            Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveMessage(framing, 6, Within.Ten));
            Assert.Equal(message, pair.Server.ReceiveMessage(framing, 7, Within.Ten));
        });
    }

    [Fact]
    public void A_varint_that_never_ends_is_EBADMSG_and_stays()
    {
        using ChannelPair pair = new();
        byte[] sent = [.. Enumerable.Repeat((byte)0x80, 11)];
        pair.Client.Send(sent, Within.Ten);

        Fails.With(Errno.EBADMSG, () => pair.Server.ReceiveMessage(Framings.Get("Varint"), Limit, Within.Ten));
        Assert.Equal(sent, pair.Server.ReceiveExactly(11, Within.Ten));
    }

    [Fact]
    public void A_long_message_between_short_ones_is_whole()
    {
        byte[][] messages = [[1], new byte[3_000_000], [], new byte[100_000], [2]];
        Random random = new(9734);
        Array.ForEach(messages, random.NextBytes);
        MessageFraming framing = Framings.Get("Varint");
        using ChannelPair pair = new();
        using Waiter sender = Waiter.Start(stop => pair.Client.Send([.. messages.SelectMany(m => Framings.Frame(framing, m))], Within.Ten with { Stop = stop }));

        Assert.All(messages, m => Assert.Equal(m, pair.Server.ReceiveMessage(framing, 3_000_000, Within.Ten)));
        sender.Finish();
    }

    [Fact]
    public void A_handler_gets_every_message_and_ends_when_it_has_enough()
    {
        MessageFraming framing = Framings.Get("UInt32");
        using ChannelPair pair = new();
        ReadOnlyMemory<byte>[] messages = [.. Enumerable.Range(0, 5000).Select(static i => (ReadOnlyMemory<byte>)BitConverter.GetBytes(i))];
        pair.Client.SendMessages(messages, framing, Limit, Within.Ten);
        pair.Client.Shutdown(SocketShutdown.Send);
        List<int> got = [];

        Assert.Equal(10, pair.Server.ReceiveMessages(framing, Limit, m => { got.Add(BitConverter.ToInt32(m)); return got.Count < 10; }, Within.Ten));
        Assert.Equal(BitConverter.GetBytes(10), pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
        Assert.Equal(4989, pair.Server.ReceiveMessages(framing, Limit, m => { got.Add(BitConverter.ToInt32(m)); return true; }, Within.Ten));
        Assert.Equal(Enumerable.Range(0, 5000).Where(static i => i != 10), got);
    }

    [Fact]
    public void A_handler_that_throws_has_taken_its_message_and_no_other()
    {
        MessageFraming framing = Framings.Get("Line");
        using ChannelPair pair = new();
        pair.Client.Send("one\ntwo\nthree\n"u8, Within.Ten);

        Assert.Throws<InvalidOperationException>(() =>
            pair.Server.ReceiveMessages(framing, Limit, static m => m[1] == 'w' ? throw new InvalidOperationException() : true, Within.Ten));
        Assert.Equal("three"u8, pair.Server.ReceiveMessage(framing, Limit, Within.Ten)!);
    }

    [Fact]
    public void A_wait_for_a_message_is_stopped_at_once_and_keeps_what_came()
    {
        using ChannelPair pair = new();
        MessageFraming framing = Framings.Get("Byte");
        pair.Client.Send([3, 1], Within.Ten);

        Promptly.Ends(() =>
        {
            using Waiter waiter = Waiter.Start(stop => pair.Server.ReceiveMessage(framing, Limit, SocketWait.Forever with { Stop = stop }));
            TimeSpan time = waiter.Stop();
            Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
            return time;
        });
        pair.Client.Send([2, 3], Within.Ten);
        Assert.Equal([1, 2, 3], pair.Server.ReceiveMessage(framing, Limit, Within.Ten)!);
    }

    [Fact]
    public void Two_receivers_take_turns_and_each_gets_whole_messages()
    {
        using ChannelPair pair = new();
        MessageFraming framing = Framings.Get("Varint");
        List<byte[]> received = [];
        void Receive(System.Threading.CancellationToken stop)
        {
            for (int i = 0; i < 100; i++)
            {
                byte[] message = pair.Server.ReceiveMessage(framing, Limit, Within.Ten with { Stop = stop })!;
                lock (received)
                {
                    received.Add(message);
                }
            }
        }

        using Waiter first = Waiter.Start(Receive);
        using Waiter second = Waiter.Start(Receive);
        foreach (int i in Enumerable.Range(0, 200))
        {
            pair.Client.SendMessage([(byte)i, (byte)i, (byte)i], framing, Limit, Within.Ten);
        }

        first.Finish();
        second.Finish();
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => $"{i:X2}{i:X2}{i:X2}"), received.Select(Convert.ToHexString).Order());
    }

    // Lines and delimiters in UTF-16 end messages of whole code units.
    private static byte[][] Messages(string framing, params string[] texts) =>
        [.. texts.Select(t => (framing.EndsWith("utf-16", StringComparison.Ordinal) ? Encoding.Unicode : Encoding.ASCII).GetBytes(t))];
}
