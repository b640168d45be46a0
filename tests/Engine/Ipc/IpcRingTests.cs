using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Ipc;

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
    public void AnEmptyRingIsEwouldblockWithoutTimeAndEtimedoutWithIt()
    {
        using RingMemory memory = Memory(10);
        using IpcRing ring = memory.Create();
        Assert.Equal("read", Fails.With(Errno.EWOULDBLOCK, () => ring.Read(new byte[1], SocketWait.Never)).Operation);
        Assert.Contains("No process has written", Fails.With(Errno.ETIMEDOUT, () => ring.Read(new byte[1], Within.Short)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullRingSaysHowMuchWentOutAndKeepsIt()
    {
        using RingMemory memory = Memory(10);
        using IpcRing ring = memory.Create();
        SocketCallException error = Fails.With(Errno.EWOULDBLOCK, () => ring.Write(Enumerable.Range(0, 15).Select(static i => (byte)i).ToArray(), SocketWait.Never));
        Assert.Equal(10, error.BytesTransferred);
        Assert.Equal(0, Fails.With(Errno.ETIMEDOUT, () => ring.Write([1], Within.Short)).BytesTransferred);
        byte[] got = new byte[15];
        Assert.Equal(10, ring.Read(got, SocketWait.Never));
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => (byte)i), got.Take(10));
    }

    [Fact]
    public void AStopEndsAWaitPromptlyOnBothSides()
    {
        using RingMemory memory = Memory(1);
        using IpcRing ring = memory.Create();
        Promptly.Ends(() =>
        {
            using Waiter waiter = Waiter.Start(stop => ring.Read(new byte[1], SocketWait.Forever with { Stop = stop }));
            TimeSpan time = waiter.Stop();
            Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
            return time;
        });
        ring.Write([1], SocketWait.Never);
        Promptly.Ends(() =>
        {
            using Waiter waiter = Waiter.Start(stop => ring.Write([2], SocketWait.Forever with { Stop = stop }));
            return waiter.Stop();
        });
    }

    [Fact]
    public void ASleepingSideIsWokenByTheOther()
    {
        using RingMemory memory = Memory(1);
        using IpcRing writer = memory.Create();
        using IpcRing reader = memory.Attach();
        byte[] got = new byte[1];
        Promptly.Ends(() =>
        {
            using Waiter waiter = Waiter.Start(_ => reader.Read(got, Within.Ten));
            return waiter.EndBy(() => writer.Write([7], SocketWait.Never));
        });
        Assert.Equal(7, got[0]);
        writer.Write([8], SocketWait.Never);
        Promptly.Ends(() =>
        {
            using Waiter waiter = Waiter.Start(_ => writer.Write([9], Within.Ten));
            return waiter.EndBy(() => reader.Read(got, SocketWait.Never));
        });
        Assert.Equal(8, got[0]);
    }

    [Fact]
    public void AWaitBurnsNoProcessor()
    {
        using RingMemory memory = Memory(1);
        using IpcRing ring = memory.Create();
        long before = 0;
        using Waiter waiter = Waiter.Start(_ =>
        {
            before = ThreadTime();
            Fails.With(Errno.ETIMEDOUT, () => ring.Read(new byte[1], SocketWait.Seconds(0.5)));
            before = ThreadTime() - before;
        });
        waiter.Finish();
        Assert.InRange(before, 0, 100_000_000); // A busy loop would take 500 ms.
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
    public void DisposingEndsAWaitInTheSameProcess()
    {
        using RingMemory memory = Memory(10);
        Promptly.Ends(() =>
        {
            IpcRing ring = memory.Create();
            using Waiter waiter = Waiter.Start(_ => ring.Read(new byte[1], Within.Ten));
            TimeSpan time = waiter.EndBy(ring.Dispose);
            Assert.IsType<ObjectDisposedException>(waiter.Error);
            Assert.Throws<ObjectDisposedException>(() => ring.Write([1], SocketWait.Never));
            return time;
        });
    }

    [Theory]
    [InlineData(0, 0, "mark of a ring")]
    [InlineData(8, 2, "version 2")]
    [InlineData(12, 8, "room for")]
    [InlineData(16, 0, "room for 0 bytes")]
    [InlineData(16, 11, "room for 11 bytes")]
    [InlineData(128, 11, "11 bytes written, 0 read")]
    [InlineData(256, 1, "0 bytes written, 1 read")]
    public void ForeignOrTornMemoryIsOneClearError(int at, byte value, string says)
    {
        using RingMemory memory = Memory(10);
        memory.Create().Dispose();
        memory.Bytes[at] = value;
        SocketCallException error = Fails.With(Errno.EBADMSG, () => memory.Attach());
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal("the ring", error.Target);
    }

    [Fact]
    public void PositionsThatAreOverwrittenWhileItIsUsedAreAnErrorAndNeverReadBeyondTheMemory()
    {
        using RingMemory memory = Memory(10);
        using IpcRing ring = memory.Create();
        ring.Write([1], SocketWait.Never);
        MemoryMarshal.Write(memory.Bytes[128..], ulong.MaxValue);
        Fails.With(Errno.EBADMSG, () => ring.Read(new byte[100], Within.Short));
        Fails.With(Errno.EBADMSG, () => ring.Read(new byte[100], Within.Short));
        MemoryMarshal.Write(memory.Bytes[256..], ulong.MaxValue - 100);
        Fails.With(Errno.EBADMSG, () => ring.Write(new byte[100], Within.Short));
    }

    [Fact]
    public void RandomHeadersAreRefusedOrHarmless()
    {
        using RingMemory memory = Memory(50);
        Random random = new(9);
        for (int i = 0; i < 20000; i++)
        {
            memory.Create().Dispose();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                memory.Bytes[random.Next(3) switch { 0 => random.Next(24), 1 => 128 + random.Next(8), _ => 256 + random.Next(8) }] = (byte)random.Next(256);
            }

            try
            {
                using IpcRing ring = memory.Attach();
                ring.Write(new byte[random.Next(100)], SocketWait.Never);
                _ = ring.Read(new byte[random.Next(1, 100)], SocketWait.Never);
            }
            catch (SocketCallException e)
            {
                Assert.Contains(e.Errno, new[] { Errno.EBADMSG, Errno.EWOULDBLOCK });
            }
        }
    }

    [Fact]
    public void TooLittleMemoryIsEinvalOrEbadmsg()
    {
        using RingMemory memory = new(_directory.File("small"), 100);
        Fails.With(Errno.EINVAL, () => memory.Create());
        Fails.With(Errno.EBADMSG, () => memory.Attach());
    }

    [Fact]
    public void AWriterThatIsKilledIsTheEndOfTheStreamAndAReaderEpipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the second process has its part on Linux");
        string path = _directory.File("ring");
        using RingMemory memory = new(path, IpcRing.LengthFor(10));
        using IpcRing ring = memory.Create();
        using Process writer = ChildProcess.Start(ChildProcess.WriteToRing, path);
        byte[] got = new byte[10];
        Assert.Equal(3, ring.Read(got, Within.Ten));
        Assert.Equal(writer.Id, ring.WriterProcessId);
        using (Waiter waiter = Waiter.Start(_ => Assert.Equal(0, ring.Read(got, Within.Ten))))
        {
            Promptly.Ends(() => waiter.Error is null && !writer.HasExited ? waiter.EndBy(writer.Kill) : TimeSpan.Zero);
            waiter.Finish();
        }

        Assert.True(ring.EndOfStream);
        string second = _directory.File("second");
        using RingMemory other = new(second, IpcRing.LengthFor(10));
        using IpcRing full = other.Create();
        using Process reader = ChildProcess.Start(ChildProcess.ReadFromRing, second);
        full.Write([1], Within.Ten);
        Within.TenSeconds(() => full.ReaderProcessId == reader.Id && full.Available == 0, "the other process has read");
        using (Waiter waiter = Waiter.Start(_ => Fails.With(Errno.EPIPE, () => full.Write(new byte[20], Within.Ten))))
        {
            Promptly.Ends(() => waiter.Error is null && !reader.HasExited ? waiter.EndBy(reader.Kill) : TimeSpan.Zero);
            waiter.Finish();
        }
    }

    private RingMemory Memory(int capacity) => new(_directory.File("ring"), IpcRing.LengthFor(capacity));

    // Nanoseconds that this thread has been running (clock_gettime(2), CLOCK_THREAD_CPUTIME_ID).
    private static long ThreadTime()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        string[] fields = File.ReadAllText("/proc/thread-self/schedstat").Split(' ');
        return long.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
