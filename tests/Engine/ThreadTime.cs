using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace SocketTools.Tests;

/// <summary>How long the thread that asks has run: what others take from it on a busy machine is not in it. Where the system does not tell, it is the time of the clock.</summary>
internal static class ThreadTime
{
    /// <summary>In nanoseconds (proc_pid_schedstat).</summary>
    public static long Now => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)
        : (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;
}
