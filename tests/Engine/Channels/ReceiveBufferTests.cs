using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ReceiveBufferTests
{
    [Theory]
    [InlineData(3, 2, 2, 1)]
    [InlineData(3, 3, 3, 0)]
    [InlineData(3, 4, 3, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(3, 0, 0, 3)]
    public void Take_gives_what_is_there_and_no_more(int there, int wanted, int taken, int left)
    {
        ReceiveBuffer buffer = new();
        buffer.Append(Numbers(there));
        byte[] target = new byte[wanted];

        Assert.Equal(taken, buffer.Take(target));

        Assert.Equal(Numbers(there)[..taken], target[..taken]);
        Assert.Equal(left, buffer.Count);
        Assert.Equal(Numbers(there)[taken..], buffer.Span.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(1 << 20)]
    public void Room_is_at_least_what_was_asked_for_and_keeps_what_is_there(int size)
    {
        ReceiveBuffer buffer = new();
        buffer.Append([1, 2, 3]);

        Span<byte> room = buffer.Room(size);
        room[..size].Fill(9);

        Assert.Equal(3, buffer.Count);
        buffer.Commit(size);
        Assert.Equal(3 + size, buffer.Count);
        Assert.Equal([1, 2, 3, 9], buffer.Span[..4].ToArray());
    }

    [Fact]
    public void Room_behind_a_front_that_was_taken_does_not_grow_without_end()
    {
        ReceiveBuffer buffer = new();
        buffer.Append(Numbers(1000));
        for (int i = 0; i < 100_000; i++)
        {
            buffer.Append(Numbers(10));
            buffer.Skip(10);
        }

        Assert.Equal(1000, buffer.Count);
        Assert.True(buffer.Room(1).Length < 16 * 1024);
    }

    [Fact]
    public void What_was_too_little_is_so_until_more_comes_or_something_is_taken()
    {
        ReceiveBuffer buffer = new();
        buffer.IsTooLittle();
        Assert.False(buffer.HasUnexamined);
        buffer.Append(new byte[2]);
        Assert.True(buffer.HasUnexamined);
        buffer.IsTooLittle();
        buffer.Commit(0);
        Assert.False(buffer.HasUnexamined);
        buffer.Skip(1);
        Assert.True(buffer.HasUnexamined);
        buffer.IsTooLittle();
        buffer.Append(new byte[1]);
        Assert.True(buffer.HasUnexamined);
        buffer.Skip(2);
        Assert.False(buffer.HasUnexamined);
    }

    [Fact]
    public void A_large_buffer_is_given_back_when_it_is_empty()
    {
        ReceiveBuffer buffer = new();
        buffer.Append(new byte[1 << 20]);
        buffer.Skip(1 << 20);

        Assert.True(buffer.Room(1).Length < 64 * 1024);
    }

    [Fact]
    public void Any_order_of_appends_and_takes_gives_the_bytes_in_order()
    {
        Gen<int[]> steps = Gen.Choose(-5000, 5000).ArrayOf();
        Check.One(Fixed.Seed(200), Prop.ForAll(steps.ToArbitrary(), static steps =>
        {
            ReceiveBuffer buffer = new();
            Queue<byte> expected = [];
            byte next = 0;
            foreach (int step in steps)
            {
                if (step >= 0)
                {
                    byte[] bytes = new byte[step];
                    foreach (ref byte b in bytes.AsSpan())
                    {
                        b = next++;
                        expected.Enqueue(b);
                    }

                    buffer.Append(bytes);
                    continue;
                }

                byte[] taken = new byte[-step];
                int count = buffer.Take(taken);
                if (count != Math.Min(-step, expected.Count) || taken[..count].Any(b => b != expected.Dequeue()))
                {
                    return false;
                }
            }

            return buffer.Span.SequenceEqual(expected.ToArray());
        }));
    }

    private static byte[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(static n => (byte)n)];
}
