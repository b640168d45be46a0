using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace SocketTools.Internal;

/// <summary>What the progress bar says of a transfer: how far it is, how fast, and how long it still takes.</summary>
internal sealed class FileProgress(string activity, Func<TimeSpan>? clock = null)
{
    private static int s_ids;

    private readonly int _id = System.Threading.Interlocked.Increment(ref s_ids);
    private readonly Func<TimeSpan> _clock = clock ?? Clock();

    /// <summary>Whether there is a bar to be taken away again.</summary>
    public bool Shown { get; private set; }

    /// <summary>The bar at a number of bytes; without a total it says just what came and how fast.</summary>
    public ProgressRecord At(long done, long? total)
    {
        Shown = true;
        double seconds = _clock().TotalSeconds;
        double rate = seconds > 0 ? done / seconds : 0;
        string status = $"{Size(done)}{(total is { } all ? $" of {Size(all)}" : "")}, {Size(rate)}/s";
        return new ProgressRecord(_id, activity, status)
        {
            PercentComplete = total > 0 ? (int)Math.Clamp(100 * (double)done / total.Value, 0, 100) : -1,
            SecondsRemaining = total is { } end && rate > 0 ? (int)Math.Min(int.MaxValue, Math.Ceiling((end - done) / rate)) : -1,
        };
    }

    /// <summary>Takes the bar away.</summary>
    public ProgressRecord End() => new(_id, activity, " ") { RecordType = ProgressRecordType.Completed };

    /// <summary>A number of bytes in the unit that suits it.</summary>
    public static string Size(double bytes)
    {
        (double size, string unit) = bytes switch
        {
            >= 1L << 40 => (bytes / (1L << 40), "TiB"),
            >= 1 << 30 => (bytes / (1 << 30), "GiB"),
            >= 1 << 20 => (bytes / (1 << 20), "MiB"),
            >= 1 << 10 => (bytes / (1 << 10), "KiB"),
            _ => (bytes, "B"),
        };
        return size.ToString(unit == "B" ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
    }

    private static Func<TimeSpan> Clock()
    {
        long started = Stopwatch.GetTimestamp();
        return () => Stopwatch.GetElapsedTime(started);
    }
}
