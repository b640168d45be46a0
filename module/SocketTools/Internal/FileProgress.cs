using System;
using System.Diagnostics;
using System.Management.Automation;
using SocketTools.Formatting;

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
        string status = $"{ValueText.Size(done)}{(total is { } all ? $" of {ValueText.Size(all)}" : "")}, {ValueText.Rate(rate)}";
        return new ProgressRecord(_id, activity, status)
        {
            PercentComplete = total > 0 ? (int)Math.Clamp(100 * (double)done / total.Value, 0, 100) : -1,
            SecondsRemaining = total is { } end && rate > 0 ? (int)Math.Min(int.MaxValue, Math.Ceiling((end - done) / rate)) : -1,
        };
    }

    /// <summary>Takes the bar away.</summary>
    public ProgressRecord End() => new(_id, activity, " ") { RecordType = ProgressRecordType.Completed };

    private static Func<TimeSpan> Clock()
    {
        long started = Stopwatch.GetTimestamp();
        return () => Stopwatch.GetElapsedTime(started);
    }
}
