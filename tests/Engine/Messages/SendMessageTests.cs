using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Messages;

public sealed class SendMessageTests
{
    private const int Limit = SocketChannel.DefaultMaximumLength;

    public static TheoryData<string> EveryFraming => Framings.Names;

    [Theory]
    [MemberData(nameof(EveryFraming))]
    public void A_message_and_its_prefix_go_in_one_call(string name)
    {
        MessageFraming framing = Framings.Get(name);
        using ChannelPair pair = new();
        byte[] message = "message!"u8.ToArray();
        List<string> calls = [];

        pair.Client.SendMessage(message, framing, Limit, Within.Ten with { Trace = c => calls.Add(c.Name) });
        pair.Client.SendMessage([], framing, Limit, Within.Ten with { Trace = c => calls.Add(c.Name) });

        Assert.Equal(["send", "send"], calls);
        Assert.Equal(message, pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
        Assert.Empty(pair.Server.ReceiveMessage(framing, Limit, Within.Ten)!);
    }

    [Theory]
    [InlineData("UInt32")]
    [InlineData("Varint")]
    [InlineData("Delimiter abab")]
    public void Messages_of_every_size_around_that_of_a_block_arrive_whole(string name)
    {
        MessageFraming framing = Framings.Get(name);
        int[] sizes = [500, 507, 508, 512, 513, 65520, .. Enumerable.Range(65526, 20), 200_000];
        using ChannelPair pair = new();
        byte[][] messages = [.. sizes.Select(static (size, i) => Filled(size, i))];
        using Waiter sender = Waiter.Start(stop =>
        {
            foreach (byte[] message in messages)
            {
                pair.Client.SendMessage(message, framing, Limit, Within.Ten with { Stop = stop });
            }
        });

        Assert.All(messages, m => Assert.Equal(m, pair.Server.ReceiveMessage(framing, Limit, Within.Ten)));
        sender.Finish();
    }

    [Theory]
    [InlineData("UInt16 little")]
    [InlineData("Line")]
    public void Many_messages_go_in_few_calls(string name)
    {
        MessageFraming framing = Framings.Get(name);
        using ChannelPair pair = new();
        ReadOnlyMemory<byte>[] messages = [.. Enumerable.Range(0, 3000).Select(static i => (ReadOnlyMemory<byte>)Filled(i % 90, i))];
        int calls = 0;
        using Waiter sender = Waiter.Start(stop => pair.Client.SendMessages(messages, framing, Limit, Within.Ten with { Stop = stop, Trace = c => calls += c.Name == "send" ? 1 : 0 }));

        Assert.All(messages, m => Assert.Equal(m.ToArray(), pair.Server.ReceiveMessage(framing, Limit, Within.Ten)));
        sender.Finish();
        Assert.InRange(calls, 1, 100);
    }

    [Fact]
    public void A_long_message_among_many_is_in_its_place()
    {
        MessageFraming framing = Framings.Get("UInt32");
        using ChannelPair pair = new();
        ReadOnlyMemory<byte>[] messages = [Filled(10, 1), Filled(150_000, 2), Filled(0, 3), Filled(65536, 4), Filled(65530, 5), Filled(5, 6)];
        using Waiter sender = Waiter.Start(stop => pair.Client.SendMessages(messages, framing, Limit, Within.Ten with { Stop = stop }));

        Assert.All(messages, m => Assert.Equal(m.ToArray(), pair.Server.ReceiveMessage(framing, Limit, Within.Ten)));
        sender.Finish();
        Assert.Equal(messages.Sum(static m => m.Length + 4L), pair.Client.BytesSent);
    }

    [Theory]
    [InlineData("Byte", 256, Errno.EMSGSIZE)]
    [InlineData("UInt32", Limit + 1, Errno.EMSGSIZE)]
    [InlineData("Line", 0, Errno.EINVAL)]
    public void A_message_that_is_refused_sends_nothing_and_among_many_what_stands_before_it(string name, int size, Errno errno)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] bad = size == 0 ? "a\nb"u8.ToArray() : new byte[size];
        using ChannelPair pair = new();

        Assert.Equal(0, Fails.With(errno, () => pair.Client.SendMessage(bad, framing, Limit, Within.Ten)).BytesTransferred);
        Assert.Equal(0, pair.Client.BytesSent);
        ReadOnlyMemory<byte>[] messages = ["one"u8.ToArray(), bad, "never"u8.ToArray()];
        SocketCallException error = Fails.With(errno, () => pair.Client.SendMessages(messages, framing, Limit, Within.Ten));

        Assert.Equal(pair.Client.BytesSent, error.BytesTransferred);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("one"u8, pair.Server.ReceiveMessage(framing, Limit, Within.Ten)!);
        Assert.Null(pair.Server.ReceiveMessage(framing, Limit, Within.Ten));
    }

    [Theory]
    [InlineData("UInt32", 16_000_000)]
    [InlineData("Delimiter abab", 16_000_000)]
    [InlineData("Varint", 60_000)]
    public void A_frame_that_the_peer_does_not_take_in_time_tells_how_much_of_it_went(string name, int size)
    {
        using ChannelPair pair = new(Transport.Abstract);
        MessageFraming framing = Framings.Get(name);
        byte[] message = Filled(size, 1);
        long whole = 0;
        SocketCallException error = Fails.With(Errno.ETIMEDOUT, () =>
        {
            while (true)
            {
                whole = pair.Client.BytesSent;
                pair.Client.SendMessage(message, framing, size, Within.Short);
            }
        });

        Assert.Equal(pair.Client.BytesSent - whole, error.BytesTransferred);
        Assert.InRange(error.BytesTransferred, 0, size);
        Assert.Contains("bytes went out", error.Message);
    }

    [Fact]
    public void Two_senders_take_turns_and_neither_breaks_a_frame_of_the_other()
    {
        MessageFraming framing = Framings.Get("UInt32");
        using ChannelPair pair = new();
        byte[] ones = Filled(400_000, 1);
        byte[] twos = Filled(300, 2);
        void Send(byte[] message, System.Threading.CancellationToken stop)
        {
            for (int i = 0; i < 20; i++)
            {
                pair.Client.SendMessage(message, framing, Limit, Within.Ten with { Stop = stop });
            }
        }

        using Waiter first = Waiter.Start(stop => Send(ones, stop));
        using Waiter second = Waiter.Start(stop => Send(twos, stop));
        List<byte[]> received = [.. Enumerable.Range(0, 40).Select(_ => pair.Server.ReceiveMessage(framing, Limit, Within.Ten)!)];

        first.Finish();
        second.Finish();
        Assert.All(received, m => Assert.Equal(m.Length == ones.Length ? ones : twos, m));
    }

    [Fact]
    public void A_socket_that_keeps_boundaries_itself_is_EOPNOTSUPP()
    {
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Unspecified);

        Fails.With(Errno.EOPNOTSUPP, () => channel.SendMessage("x"u8, Framings.Get("Byte"), Limit, Within.Ten));
        Fails.With(Errno.EOPNOTSUPP, () => channel.SendMessages([new byte[1]], Framings.Get("Byte"), Limit, Within.Ten));
        Fails.With(Errno.EOPNOTSUPP, () => channel.ReceiveMessage(Framings.Get("Byte"), Limit, Within.Short));
    }

    [Fact]
    public void A_closed_channel_is_EBADF()
    {
        using ChannelPair pair = new();
        pair.Client.Close();

        Fails.With(Errno.EBADF, () => pair.Client.SendMessage("x"u8, Framings.Get("Byte"), Limit, Within.Ten));
        Fails.With(Errno.EBADF, () => pair.Client.ReceiveMessage(Framings.Get("Byte"), Limit, Within.Ten));
    }

    // No byte of it ends a line or is a delimiter of these tests.
    private static byte[] Filled(int size, int seed)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        for (int i = 0; i < size; i++)
        {
            bytes[i] |= 0x80;
        }

        return bytes;
    }
}
