using System;
using System.Diagnostics;
using System.Linq;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>A side of a ring that waits, and what ends that.</summary>
public sealed class IpcRingWaitTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

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
        IpcTest.SkipUnlessLinux();
        using RingMemory memory = Memory(1);
        using IpcRing ring = memory.Create();
        long before = 0;
        using Waiter waiter = Waiter.Start(_ =>
        {
            before = ThreadTime.Now;
            Fails.With(Errno.ETIMEDOUT, () => ring.Read(new byte[1], SocketWait.Seconds(0.5)));
            before = ThreadTime.Now - before;
        });
        waiter.Finish();
        Assert.InRange(before, 0, 100_000_000); // A busy loop would take 500 ms.
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

    [Fact]
    public void WhoseWaitsHaveEndedKeepsItsSideUntilItIsDisposed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only the locks of Linux tell two objects of one process apart");
        using RingMemory memory = Memory(10);
        IpcRing ring = memory.Create();
        using IpcRing other = memory.Attach();
        ring.Write([1], SocketWait.Never);
        ring.EndWaits();
        Fails.With(Errno.EBUSY, () => other.Write([2], SocketWait.Never));
        ring.Dispose();
        other.Write([2], SocketWait.Never);
    }

    [Fact]
    public void LooksThatWereInVainAreLeftOutTheNextTimes()
    {
        IpcRing.Patience patience = default;
        foreach (int expected in (int[])[1, 3, 7, 7])
        {
            Assert.True(patience.Looks());
            patience.Lose();
            Assert.Equal(expected, Until(() => patience.Looks()));
        }

        patience.Gain();
        patience.Lose();
        Assert.Equal(1, Until(() => patience.Looks()));
    }

    // One of them took as long as all the others on this processor: tens of milliseconds, for each wait of a ring.
    [Fact]
    public void OthersAreNotLetRunWhereManyWantTheProcessor()
    {
        IpcRing.Patience patience = default;
        foreach (int expected in (int[])[16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 4096])
        {
            Assert.True(patience.Yields());
            patience.Yielded(Stopwatch.Frequency / 1000);
            Assert.Equal(expected, Until(() => patience.Yields()));
        }

        patience.Yielded(Stopwatch.Frequency / 100_000);
        Assert.True(patience.Yields());
        Assert.True(patience.Yields());
    }

    // How often it is refused.
    private static int Until(Func<bool> allowed)
    {
        int refused = 0;
        while (!allowed())
        {
            refused++;
        }

        return refused;
    }

    private RingMemory Memory(int capacity) => new(_directory.File("ring"), IpcRing.LengthFor(capacity));
}
