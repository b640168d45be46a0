using System;
using System.Collections.Generic;
using System.Linq;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests.Capture;

public sealed class RangeSetTests
{
    [Fact]
    public void Ranges_hold_what_a_set_of_numbers_holds()
    {
        Random random = new(9734);
        for (int round = 0; round < 300; round++)
        {
            RangeSet ranges = new();
            HashSet<long> numbers = [];
            for (int i = 0; i < 30; i++)
            {
                long from = random.Next(100);
                long to = from + random.Next(12);
                Assert.Equal(Count(from, to).All(numbers.Contains), ranges.Contains(from, to));
                Assert.Equal(Count(from, to).Any(numbers.Contains), ranges.Overlaps(from, to));
                long end = from;
                while (numbers.Contains(end))
                {
                    end++;
                }

                Assert.Equal(end, ranges.EndOf(from));
                ranges.Add(from, to);
                numbers.UnionWith(Count(from, to));
            }
        }
    }

    [Fact]
    public void A_million_holes_do_not_make_it_slow()
    {
        RangeSet ranges = new();
        for (long i = 0; i < 1_000_000; i++)
        {
            ranges.Add(i * 10, (i * 10) + 1);
        }

        Assert.True(ranges.Contains(9_999_990, 9_999_991));
        Assert.False(ranges.Contains(9_999_985, 9_999_986));
    }

    private static IEnumerable<long> Count(long from, long to)
    {
        for (long i = from; i < to; i++)
        {
            yield return i;
        }
    }
}
