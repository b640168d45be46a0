using System;
using System.Threading;

namespace SocketTools;

/// <summary>How long an operation may wait, who may stop it, and who sees its system calls.</summary>
/// <param name="Timeout">
/// Zero never waits; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits for ever. For transfers it is the time without progress.
/// </param>
/// <param name="Stop">Ends the wait with <see cref="OperationCanceledException"/>. A timeout never does: it is ETIMEDOUT, or EWOULDBLOCK for a timeout of zero.</param>
/// <param name="Trace">Called for each system call, or null.</param>
public readonly record struct SocketWait(TimeSpan Timeout, CancellationToken Stop = default, SystemCallTrace? Trace = null)
{
    /// <summary>Waits for ever.</summary>
    public static SocketWait Forever => new(System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>Never waits.</summary>
    public static SocketWait Never => new(TimeSpan.Zero);

    /// <summary>Waits for a number of seconds; -1 for ever.</summary>
    public static SocketWait Seconds(double seconds) => new(FromSeconds(seconds));

    /// <summary>The error of a wait that ended by time.</summary>
    internal Errno TimeoutErrno => Timeout == TimeSpan.Zero ? Errno.EWOULDBLOCK : Errno.ETIMEDOUT;

    /// <summary>What a person writes in seconds as a time: negative is for ever, and so is what no clock can count.</summary>
    public static TimeSpan FromSeconds(double seconds) =>
        !(seconds >= 0 && seconds * 1000 <= int.MaxValue) ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
}
