using System;
using System.Linq;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>What goes through a ring, and who may use it.</summary>
public sealed class IpcRingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void WhatIsWrittenIsReadInOrderWhateverTheSizes(int capacity)
    {
        using RingMemory memory = Memory(capacity);
        using IpcRing writer = memory.Create();
        using IpcRing reader = memory.Attach();
        Assert.Equal(capacity, reader.Capacity);
        Random random = new(capacity);
        byte next = 0;
        byte expected = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] block = new byte[random.Next(1, capacity + 1)];
            for (int j = 0; j < block.Length; j++)
            {
                block[j] = next++;
            }

            writer.Write(block, SocketWait.Never);
            Assert.Equal(block.Length, reader.Available);
            int left = block.Length;
            while (left > 0)
            {
                byte[] part = new byte[random.Next(1, capacity + 1)];
                int count = reader.Read(part, SocketWait.Never);
                Assert.Equal(Math.Min(part.Length, left), count);
                Assert.All(part.Take(count), b => Assert.Equal(expected++, b));
                left -= count;
            }
        }

        Assert.Equal(writer.BytesWritten, reader.BytesRead);
    }

    [Fact]
    public void TwoThreadsPassMegabytesThroughALittleRing()
    {
        using RingMemory memory = Memory(4096);
        using IpcRing writer = memory.Create();
        using IpcRing reader = memory.Attach();
        byte[] sent = new byte[4_000_000];
        new Random(1).NextBytes(sent);
        using Waiter writing = Waiter.Start(stop =>
        {
            Random random = new(2);
            for (int at = 0; at < sent.Length;)
            {
                int count = Math.Min(random.Next(1, 10000), sent.Length - at);
                writer.Write(sent.AsSpan(at, count), Within.Ten with { Stop = stop });
                at += count;
            }

            writer.CloseWriting();
        });
        byte[] received = new byte[sent.Length];
        int got = 0;
        for (int count; (count = reader.Read(received.AsSpan(got, Math.Min(5000, received.Length - got)), Within.Ten)) > 0;)
        {
            got += count;
            if (got == received.Length)
            {
                Assert.Equal(0, reader.Read(new byte[1], Within.Ten));
                break;
            }
        }

        writing.Finish();
        Assert.True(sent.AsSpan().SequenceEqual(received));
        Assert.True(reader.EndOfStream);
    }

    [Fact]
    public void TheOtherSideClosingIsTheEndOfTheStreamAndEpipe()
    {
        using RingMemory memory = Memory(10);
        IpcRing writer = memory.Create();
        using IpcRing reader = memory.Attach();
        writer.Write([1, 2], SocketWait.Never);
        using (Waiter waiter = Waiter.Start(_ =>
        {
            byte[] two = new byte[2];
            Assert.Equal(2, reader.Read(two, Within.Ten));
            Assert.Equal(0, reader.Read(two, Within.Ten));
        }))
        {
            Promptly.Ends(() => waiter.Error is null ? waiter.EndBy(writer.Dispose) : TimeSpan.Zero);
            waiter.Finish();
        }

        Assert.True(reader.EndOfStream);
        using IpcRing second = memory.Attach();
        second.Write([3], SocketWait.Never); // Another may write on, and the stream goes on.
        Assert.Equal(1, reader.Read(new byte[2], Within.Ten));
        Assert.False(reader.EndOfStream);
        reader.CloseReading();
        Assert.Equal("write", Fails.With(Errno.EPIPE, () => second.Write([4], Within.Ten)).Operation);
    }

    [Fact]
    public void ASideIsTakenByOneOnly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only the locks of Linux tell two objects of one process apart");
        using RingMemory memory = Memory(10);
        using IpcRing first = memory.Create();
        using IpcRing second = memory.Attach();
        first.Write([1], SocketWait.Never);
        Assert.Contains($"Process {Environment.ProcessId} writes", Fails.With(Errno.EBUSY, () => second.Write([2], SocketWait.Never)).Message, StringComparison.Ordinal);
        Assert.Equal(1, second.Read(new byte[10], SocketWait.Never));
        Fails.With(Errno.EBUSY, () => first.Read(new byte[1], SocketWait.Never));
        first.Dispose();
        second.Write([3], SocketWait.Never);
    }

    [Fact]
    public void WhatIsThereIsCountedAlsoWhileItMoves()
    {
        using RingMemory memory = Memory(1000);
        using IpcRing ring = memory.Create();
        using IpcRing looks = memory.Attach();
        bool moves = true;
        Thread moving = new(() =>
        {
            byte[] one = new byte[1];
            for (int i = 0; i < 300_000; i++)
            {
                ring.Write(one, SocketWait.Never);
                _ = ring.Read(one, SocketWait.Never);
            }

            Volatile.Write(ref moves, false);
        });
        moving.Start();
        long most = 0;
        while (Volatile.Read(ref moves))
        {
            most = Math.Max(most, looks.Available);
        }

        moving.Join();
        Assert.InRange(most, 0, 1);
    }

    private RingMemory Memory(int capacity) => new(_directory.File("ring"), IpcRing.LengthFor(capacity));
}
