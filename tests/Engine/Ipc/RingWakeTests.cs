using System;
using System.Threading;
using Xunit;

namespace SocketTools.Tests.Ipc;

/// <summary>Whether a side of a ring that sleeps is always woken.</summary>
/// <remarks>Each wait of these rings is a sleep at once, and a sleep has no end of its own: a wake-up that is lost is a transfer that stands still.</remarks>
public sealed class RingWakeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 2, 4)]
    [InlineData(64, 100, 7)]
    public void NoWakeUpIsLostBetweenTwoSidesThatSleepAtOnce(int capacity, int written, int read)
    {
        const int Total = 60_000;
        using RingMemory memory = new(_directory.File("ring"), IpcRing.LengthFor(capacity));
        using IpcRing writer = Sleepy(memory.Create());
        using IpcRing reader = Sleepy(memory.Attach());
        long got = 0;
        using Waiter reading = Waiter.Start(stop =>
        {
            Random random = new(2);
            byte[] block = new byte[read];
            for (int count; (count = reader.Read(block, IpcTest.Forever(stop))) > 0; Pause(random))
            {
                Interlocked.Add(ref got, count);
            }
        });
        using Waiter writing = Waiter.Start(stop =>
        {
            Random random = new(1);
            byte[] block = new byte[written];
            for (int sent = 0; sent < Total; sent += written)
            {
                writer.Write(block.AsSpan(0, Math.Min(written, Total - sent)), IpcTest.Forever(stop));
                Pause(random);
            }

            writer.CloseWriting();
        });

        Goes(() => reader.EndOfStream ? Total : (int)Interlocked.Read(ref got) - 1, Total);
        writing.Finish();
        reading.Finish();
        Assert.Equal(Total, got);
    }

    // The fences of both sides. One object for both, because then the side that falls asleep makes no call between its store and its load, and the time in which they can cross is as
    // short as it gets; in each round the two come to that place at nearly the same moment, once the one a little before and once the other.
    [Fact]
    public void NoWakeUpIsLostWhereASideFallsAsleepAsTheOtherWrites()
    {
        const int Rounds = 200_000;
        using RingMemory memory = new(_directory.File("ring"), IpcRing.LengthFor(8));
        using IpcRing ring = Sleepy(memory.Create());
        ring.Write([0], SocketWait.Never);
        _ = ring.Read(new byte[1], SocketWait.Never);
        int asked = 0;
        int answered = 0;
        using Waiter reading = Waiter.Start(stop =>
        {
            byte[] one = new byte[1];
            Random random = new(1);
            for (int i = 1; i <= Rounds; i++)
            {
                Volatile.Write(ref asked, i);
                Delay(random.Next(200));
                _ = ring.Read(one, IpcTest.Forever(stop));
                Volatile.Write(ref answered, i);
            }
        });
        bool over = false;
        Thread writing = new(() =>
        {
            byte[] one = new byte[1];
            Random random = new(2);
            SpinWait wait = default;
            for (int i = 1; i <= Rounds && !Volatile.Read(ref over); i++)
            {
                for (wait.Reset(); Volatile.Read(ref asked) != i && !Volatile.Read(ref over); wait.SpinOnce(sleep1Threshold: -1))
                {
                }

                Delay(random.Next(4000));
                ring.Write(one, Within.Ten); // There always is room.
            }
        });
        writing.Start();
        try
        {
            Goes(() => Volatile.Read(ref answered), Rounds);
        }
        finally
        {
            Volatile.Write(ref over, true);
            writing.Join();
        }

        reading.Finish();
    }

    // Ten seconds in which nothing moves are no lack of a processor.
    private static void Goes(Func<int> position, int total)
    {
        for (int before = -1; !SpinWait.SpinUntil(() => position() == total, TimeSpan.FromSeconds(10)); before = position())
        {
            Assert.True(position() != before, $"It stands still after {before} of {total}.");
        }
    }

    // Some turns of an empty loop, far below a microsecond.
    private static void Delay(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            Volatile.Read(ref i);
        }
    }

    private static IpcRing Sleepy(IpcRing ring)
    {
        (ring.LookingTicks, ring.SleepMilliseconds) = (0, -1);
        return ring;
    }

    // So that the two meet at ever other places: mostly not at all, at times for as long as the other needs to fall asleep.
    private static void Pause(Random random) => Thread.SpinWait(random.Next(8) == 0 ? random.Next(2000) : random.Next(20));
}
