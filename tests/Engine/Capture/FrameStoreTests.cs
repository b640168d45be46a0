using System;
using System.Collections.Generic;
using System.Linq;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>What a capture keeps: the newest, in order, in memory that is used up before there is more.</summary>
public class FrameStoreTests
{
    private const int Piece = 1024 * 1024;

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(7, long.MaxValue)]
    [InlineData(long.MaxValue, 3_000_000)]
    public void It_gives_what_a_plain_queue_would(long packets, long bytes)
    {
        Random random = new(11);
        FrameStore store = new(packets, bytes);
        Queue<byte[]> expected = new();
        long added = 0;
        long discarded = 0;
        for (int step = 0; step < 4000; step++)
        {
            if (random.Next(5) < 3)
            {
                byte[] frame = new byte[random.Next(8) == 0 ? random.Next(300_000) : random.Next(200)];
                random.NextBytes(frame);
                frame.CopyTo(store.Add(new(++added, frame.Length, frame.Length, 1, 0)));
                expected.Enqueue(frame);
                for (; expected.Count > store.Count; discarded++)
                {
                    expected.Dequeue();
                }

                Assert.True(expected.Count <= packets && (expected.Sum(static f => (long)f.Length) <= bytes || expected.Count == 1));
            }
            else
            {
                bool found = store.TryTake(out long number, out FrameStore.Header header, out ReadOnlySpan<byte> taken);
                Assert.Equal(expected.Count > 0, found);
                if (found)
                {
                    Assert.Equal((header.Nanoseconds, header.Captured), (number, taken.Length));
                    Assert.Equal(added - expected.Count + 1, number);
                    Assert.True(expected.Dequeue().AsSpan().SequenceEqual(taken));
                }
            }

            Assert.Equal((expected.Count, discarded, added), (store.Count, store.Discarded, store.Added));
        }
    }

    [Fact]
    public void Going_through_it_finds_each_packet_once_though_others_come_and_go()
    {
        FrameStore store = new(long.MaxValue, long.MaxValue);
        FrameStore.Place place = default;
        long number = 0;
        for (int round = 1; round <= 300; round++)
        {
            for (int i = 0; i < round % 7; i++)
            {
                store.Add(new(++number, 40_000, 40_000, 1, 0)); // Some pieces are needed for all.
            }

            if (round % 3 == 0)
            {
                store.TryTake(out _, out _, out _);
            }

            long before = place.Number;
            for (long next = Math.Max(before, store.Added - store.Count) + 1; store.Next(ref place, out FrameStore.Header header, out _); next++)
            {
                Assert.Equal(next, header.Nanoseconds);
            }

            Assert.Equal(number, place.Number);
        }
    }

    [Fact]
    public void Where_there_is_no_memory_the_older_half_goes_and_is_counted()
    {
        int pieces = 0;
        FrameStore store = new(long.MaxValue, long.MaxValue, length => ++pieces == 5 ? throw new OutOfMemoryException() : new byte[length]);
        for (long number = 1; pieces < 5; number++)
        {
            store.Add(new(number, 100_000, 100_000, 1, 0));
        }

        Assert.InRange(store.Discarded, store.Count - 2, store.Count + 2);
        Assert.True(store.TryTake(out long first, out _, out _));
        Assert.Equal(store.Discarded + 1, first);
        FrameStore none = new(long.MaxValue, long.MaxValue, static _ => throw new OutOfMemoryException());
        Assert.Throws<OutOfMemoryException>(() => none.Add(new(1, 1, 1, 1, 0)).Length);
    }

    [Fact]
    public void Packets_that_are_taken_one_by_one_do_not_take_a_piece_of_memory_each()
    {
        FrameStore store = new(long.MaxValue, long.MaxValue);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            store.Add(new(i, 100, 100, 1, 0));
            Assert.True(store.TryTake(out _, out _, out _));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Piece, 3L * Piece);
    }
}
