using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace SocketTools.Ipc.Measuring;

/// <summary>What many measured times come to.</summary>
internal static class Samples
{
    private static readonly double s_microseconds = 1e6 / Stopwatch.Frequency;

    public static double Microseconds(double ticks) => ticks * s_microseconds;

    /// <summary>The value below which a part of the sorted ones is: 0.5 is the median. It is one of them, never between two.</summary>
    public static long Quantile(ReadOnlySpan<long> sorted, double part) => sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>The middle one; of an even number the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>How far the values are apart, as a part of their median.</summary>
    public static double Spread(IReadOnlyCollection<double> values) => (values.Max() - values.Min()) / Median(values);
}
