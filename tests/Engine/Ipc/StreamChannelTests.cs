using System;
using System.IO.Pipes;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>The pipe that Windows gets, made of .NET's; it works here too.</summary>
public sealed class StreamChannelTests : IDisposable
{
    private readonly IpcStreamChannel _reader;
    private readonly IpcStreamChannel _writer;

    public StreamChannelTests()
    {
        (PipeStream reader, PipeStream writer) = IpcStreamChannel.Connect();
        (_reader, _writer) = (new IpcStreamChannel(reader, canRead: true), new IpcStreamChannel(writer, canRead: false));
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public void It_carries_bytes_to_the_end_of_the_stream()
    {
        byte[] sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);
        byte[]? got = null;
        using Waiter waiter = Waiter.Start(stop => got = _reader.ReceiveAll(2_000_000, IpcTest.Forever(stop)));
        _writer.Send(sent, Within.Ten);
        _writer.Close();
        waiter.Finish();
        Assert.Equal(sent, got);
        Assert.True(_reader.EndOfStream);
    }

    [Fact]
    public void What_is_on_its_way_when_the_writer_closes_arrives()
    {
        Fails.With(Errno.ETIMEDOUT, () => _writer.Send(new byte[10_000_000], Within.Short)); // It is full, and one block waits.
        _writer.Close();
        Assert.Equal(_writer.BytesSent, _reader.ReceiveAll(10_000_000, Within.Ten)!.Length);
    }

    [Fact]
    public void Time_and_stop_end_a_wait_and_nothing_is_lost()
    {
        Fails.With(Errno.EWOULDBLOCK, () => _reader.Receive(1, SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => _reader.Receive(1, Within.Short));
        using Waiter waiter = Waiter.Start(stop => _reader.Receive(1, IpcTest.Forever(stop)));
        waiter.Stop();
        Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
        _writer.Send("abc"u8, Within.Ten);
        Assert.Equal("abc"u8, _reader.ReceiveExactly(3, Within.Ten));
    }

    [Fact]
    public void A_writer_waits_for_room()
    {
        SocketCallException full = Fails.With(Errno.ETIMEDOUT, () => _writer.Send(new byte[10_000_000], Within.Short));
        Assert.InRange(full.BytesTransferred, 1, 9_999_999);
        Assert.Equal(full.BytesTransferred, _writer.BytesSent);
        Assert.Equal(full.BytesTransferred, _reader.ReceiveExactly((int)full.BytesTransferred, Within.Ten).Length);
    }

    [Fact]
    public void Without_a_reader_it_is_a_broken_pipe()
    {
        _reader.Close();
        Fails.With(Errno.EPIPE, () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _writer.Send(new byte[1000], Within.Ten);
            }
        });
    }

    [Fact]
    public void Closing_ends_a_wait()
    {
        using Waiter waiter = Waiter.Start(stop => _reader.Receive(1, IpcTest.Forever(stop)));
        waiter.EndBy(() => _reader.Close());
        Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(waiter.Error).Errno);
    }
}
