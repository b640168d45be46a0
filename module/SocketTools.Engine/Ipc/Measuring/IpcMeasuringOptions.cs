using System;

namespace SocketTools;

/// <summary>How long and how often is measured.</summary>
public sealed record IpcMeasuringOptions
{
    /// <summary>About how long one mechanism is measured at one size, all repeats together; warming up comes beside.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>How many round trips and messages there are in a repeat; 0 for as many as the duration allows.</summary>
    public int Count { get; init; }

    /// <summary>How often latency and throughput are measured.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>Whether each process is kept on a processor of its own (sched_setaffinity(2)).</summary>
    public bool Pin { get; init; }
}
