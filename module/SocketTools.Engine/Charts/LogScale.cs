using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SocketTools.Charts;

/// <summary>Where a value is between the ends of a log scale, and which numbers are written at it.</summary>
internal sealed class LogScale
{
    private static readonly double[] s_steps = [1, 2, 5];

    private LogScale(double from, double to) => (From, To) = (from, to);

    /// <summary>The left end. A bar begins here, for a log scale has no zero.</summary>
    public double From { get; }

    public double To { get; }

    /// <summary>The scale that has all of the values: from well below the least, so that its bar can be seen, to a round number at or above the greatest.</summary>
    public static LogScale Of(IEnumerable<double> values)
    {
        const double Below = 1.6;
        double[] all = [.. values];
        return all.Length == 0 ? new LogScale(1, 10) : new LogScale(Round(all.Min() / Below, up: false), Round(all.Max(), up: true));
    }

    /// <summary>0 at the left end, 1 at the right one.</summary>
    public double Place(double value) => Math.Clamp((Math.Log10(value) - Math.Log10(From)) / (Math.Log10(To) - Math.Log10(From)), 0, 1);

    /// <summary>The numbers to write: powers of ten, with 2 and 5 between where there is room, and no more than so many.</summary>
    public IReadOnlyList<double> Ticks(int most)
    {
        List<double> fine = Between(static _ => true);
        if (fine.Count <= most)
        {
            return fine;
        }

        for (int every = 1; ; every++)
        {
            List<double> powers = Between(p => p % every == 0, [1]);
            if (powers.Count <= most)
            {
                return powers;
            }
        }
    }

    /// <summary>Three digits, with k, M, G or T in the place of zeros.</summary>
    public static string Format(double value)
    {
        double size = Math.Abs(value);
        (double divisor, string suffix) = size switch
        {
            >= 999.5e12 => (1, ""),
            >= 999.5e9 => (1e12, "T"),
            >= 999.5e6 => (1e9, "G"),
            >= 999.5e3 => (1e6, "M"),
            >= 9995 => (1e3, "k"),
            _ => (1, ""),
        };
        double number = value / divisor;
        string form = !double.IsFinite(value) ? "" : size is < 0.001 and > 0 || size >= 999.5e12 ? "0.##E0" : Math.Abs(number) switch
        {
            >= 99.95 => "0",
            >= 9.995 => "0.#",
            >= 0.9995 => "0.##",
            _ => "0.###",
        };
        return number.ToString(form, CultureInfo.InvariantCulture) + suffix;
    }

    private List<double> Between(Func<int, bool> power, double[]? steps = null)
    {
        const double Slack = 1e-9; // of the rounding of powers
        List<double> ticks = [];
        for (int p = (int)Math.Floor(Math.Log10(From)); p <= (int)Math.Ceiling(Math.Log10(To)); p++)
        {
            ticks.AddRange((steps ?? s_steps).Where(_ => power(p)).Select(s => s * Power(p)).Where(t => t >= From * (1 - Slack) && t <= To * (1 + Slack)));
        }

        return ticks;
    }

    private static double Round(double value, bool up)
    {
        int power = (int)Math.Floor(Math.Log10(value));
        double[] near = [.. new[] { power - 1, power, power + 1 }.SelectMany(static p => s_steps.Select(s => s * Power(p)))];
        return up
            ? near.FirstOrDefault(n => n >= value && double.IsFinite(n), double.MaxValue)
            : near.LastOrDefault(n => n <= value && n > 0, double.Epsilon);
    }

    // As it is written, which Math.Pow(10, -1) and its like are not always.
    private static double Power(int power) => double.Parse(string.Create(CultureInfo.InvariantCulture, $"1E{power}"), CultureInfo.InvariantCulture);
}
