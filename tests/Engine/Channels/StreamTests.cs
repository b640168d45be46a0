using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class StreamTests
{
    [Fact]
    public void Reading_gives_the_buffer_first_and_then_the_socket()
    {
        using ChannelPair pair = Buffered("one\ntwo");
        Stream stream = pair.Server.Stream;
        byte[] target = new byte[10];

        Assert.Equal(2, stream.Read(target, 1, 2));
        Assert.Equal('o', stream.ReadByte());
        Assert.Equal(0, pair.Server.Buffered);
        pair.Client.Send("!"u8, Within.Ten);
        Assert.Equal(1, stream.Read(target));

        Assert.Equal("!tw"u8, target.AsSpan(0, 3).ToArray());
        Assert.Equal((8L, 0), (pair.Server.BytesReceived, pair.Server.Buffered));
    }

    [Fact]
    public async Task Reading_without_waiting_gives_the_buffer_first_and_then_the_socket()
    {
        using ChannelPair pair = Buffered("one\ntwo");
        Stream stream = pair.Server.Stream;
        byte[] target = new byte[10];

        Assert.Equal(3, await stream.ReadAsync(target.AsMemory(0, 10)));
        ValueTask<int> next = stream.ReadAsync(target.AsMemory(3, 7));
        Assert.False(next.IsCompleted);
        await pair.Client.Stream.WriteAsync(new byte[] { (byte)'!' });
        Assert.Equal(1, await next);

        Assert.Equal("two!"u8, target.AsSpan(0, 4).ToArray());
        Assert.Equal((8L, 8L), (pair.Server.BytesReceived, pair.Client.BytesSent));
    }

    [Fact]
    public async Task The_end_of_the_stream_is_zero_each_time()
    {
        using ChannelPair pair = Buffered("one\ntwo");
        pair.Client.Close();
        byte[] target = new byte[10];

        Assert.Equal(3, pair.Server.Stream.Read(target));
        Assert.False(pair.Server.EndOfStream);
        Assert.Equal(0, await pair.Server.Stream.ReadAsync(target.AsMemory()));
        Assert.True(pair.Server.EndOfStream);
        Assert.Equal(0, await pair.Server.Stream.ReadAsync(target.AsMemory()));
        Assert.Equal((0, -1), (pair.Server.Stream.Read(target), pair.Server.Stream.ReadByte()));
    }

    [Fact]
    public void Readers_and_writers_of_NET_go_on_where_the_channel_was()
    {
        using ChannelPair pair = Buffered("one\ntwo\nthree\n");
        using StreamReader reader = new(pair.Server.Stream, leaveOpen: true);
        using StreamWriter writer = new(pair.Server.Stream, leaveOpen: true) { NewLine = "\n", AutoFlush = true };

        Assert.Equal(("two", "three"), (reader.ReadLine(), reader.ReadLine()));
        writer.WriteLine("four");

        Assert.Equal("four", pair.Client.ReceiveRecord("\n", line: true, TextFraming.Utf8, 99, Within.Ten));
    }

    [Fact]
    public void The_channel_has_one_stream_and_closing_it_closes_the_channel()
    {
        using ChannelPair pair = new();
        Stream stream = pair.Client.Stream;
        Assert.Same(stream, pair.Client.Stream);
        Assert.True(stream is { CanRead: true, CanWrite: true, CanSeek: false, CanTimeout: true });

        stream.Dispose();

        Assert.True(stream is { CanRead: false, CanWrite: false });
        Assert.Equal(SocketChannelState.Closed, pair.Client.State);
        Assert.Null(pair.Server.Receive(1, Within.Ten));
    }

    [Fact]
    public void A_read_timeout_is_ETIMEDOUT_and_an_IOException()
    {
        using ChannelPair pair = new();
        Stream stream = pair.Client.Stream;
        Assert.Equal(Timeout.Infinite, stream.ReadTimeout);
        stream.ReadTimeout = 20;

        IOException error = Assert.ThrowsAny<IOException>(() => stream.ReadByte());

        Assert.Equal(Errno.ETIMEDOUT, Assert.IsType<SocketCallException>(error).Errno);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadTimeout = 0);
        stream.WriteTimeout = 20;
        Fails.With(Errno.ETIMEDOUT, () => stream.Write(new byte[32 << 20]));
    }

    [Fact]
    public async Task A_failed_read_is_an_IOException_with_its_errno()
    {
        using ChannelPair pair = new();
        pair.Client.Close(reset: true);

        IOException error = await Assert.ThrowsAnyAsync<IOException>(async () => await pair.Server.Stream.ReadExactlyAsync(new byte[1]));
        Assert.Equal(Errno.ECONNRESET, Assert.IsType<SocketCallException>(error).Errno);
        error = await Assert.ThrowsAnyAsync<IOException>(async () => await pair.Server.Stream.WriteAsync(new byte[1]));
        Assert.Equal(Errno.EPIPE, Assert.IsType<SocketCallException>(error).Errno);
    }

    [Fact]
    public async Task A_token_ends_a_read_and_loses_nothing()
    {
        using ChannelPair pair = new();
        using CancellationTokenSource stop = new();
        ValueTask<int> read = pair.Server.Stream.ReadAsync(new byte[5], stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        pair.Client.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8, pair.Server.Receive(9, Within.Ten)!);
    }

    // A channel whose first line has been received, so that the rest is in its buffer.
    private static ChannelPair Buffered(string text)
    {
        ChannelPair pair = new();
        pair.Client.Send(TextFraming.Utf8.GetBytes(text), Within.Ten);
        Assert.Equal("one", pair.Server.ReceiveRecord("\n", line: true, TextFraming.Utf8, 99, Within.Ten));
        pair.Server.Peek(text.Length - 4, exactly: true, Within.Ten);
        Assert.Equal(text.Length - 4, pair.Server.Buffered);
        return pair;
    }
}
