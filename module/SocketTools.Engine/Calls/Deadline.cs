using System;
using System.Threading;

namespace SocketTools.Calls;

/// <summary>The moment a wait ends, on a clock that no one sets.</summary>
internal readonly struct Deadline
{
    private readonly long _at;

    private Deadline(long at) => _at = at;

    public static Deadline After(TimeSpan time) =>
        new(time == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)Math.Ceiling(time.TotalMilliseconds));

    /// <summary>Milliseconds left for poll(2): -1 without end, 0 when it has passed.</summary>
    public int Remaining => _at == long.MaxValue ? -1 : (int)Math.Clamp(_at - Environment.TickCount64, 0, int.MaxValue);

    public bool Passed => _at != long.MaxValue && Environment.TickCount64 >= _at;

    /// <summary>The earlier of this and a number of milliseconds from now, for poll(2).</summary>
    public int RemainingAtMost(int milliseconds)
    {
        int remaining = Remaining;
        return remaining < 0 ? milliseconds : Math.Min(remaining, milliseconds);
    }
}
