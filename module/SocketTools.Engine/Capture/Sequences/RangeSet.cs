using System;
using System.Collections.Generic;

namespace SocketTools.Capture;

/// <summary>Which numbers have been seen, as ranges in order that do not touch.</summary>
internal sealed class RangeSet
{
    // A capture with holes everywhere must not make each step slow: the lowest holes are forgotten.
    private const int Most = 1024;

    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>Adds the numbers from the first one to before the last one.</summary>
    public void Add(long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        int first = Find(from);
        int next = first;
        while (next < _ranges.Count && _ranges[next].From <= to)
        {
            from = Math.Min(from, _ranges[next].From);
            to = Math.Max(to, _ranges[next].To);
            next++;
        }

        if (next == first)
        {
            _ranges.Insert(first, (from, to));
        }
        else
        {
            _ranges[first] = (from, to);
            _ranges.RemoveRange(first + 1, next - first - 1);
        }

        if (_ranges.Count > Most)
        {
            _ranges[0] = (_ranges[0].From, _ranges[1].To);
            _ranges.RemoveAt(1);
        }
    }

    /// <summary>Whether all of the numbers are there.</summary>
    public bool Contains(long from, long to)
    {
        int at = Find(from);
        return from >= to || (at < _ranges.Count && _ranges[at].From <= from && _ranges[at].To >= to);
    }

    /// <summary>Whether any of the numbers is there.</summary>
    public bool Overlaps(long from, long to)
    {
        int at = Find(from);
        at += at < _ranges.Count && _ranges[at].To == from ? 1 : 0;
        return from < to && at < _ranges.Count && _ranges[at].From < to;
    }

    /// <summary>The end of the range that holds a number, or touches it; the number itself where there is none.</summary>
    public long EndOf(long number)
    {
        int at = Find(number);
        return at < _ranges.Count && _ranges[at].From <= number ? _ranges[at].To : number;
    }

    // The first range that ends at the number or behind it.
    private int Find(long number)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].To < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
