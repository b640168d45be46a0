using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>Keeping a thread on a processor (sched_setaffinity(2) of Linux).</summary>
internal static unsafe class ProcessorChoice
{
    private const int Words = 16; // 1024 processors, as many as cpu_set_t has

    /// <summary>Two of the processors that this process may use, of different cores where there are such; fewer where there are not two.</summary>
    public static List<int> FindTwo()
    {
        List<int> allowed = Allowed();
        if (allowed.Count < 2)
        {
            return allowed;
        }

        string core = Core(allowed[0]);
        return [allowed[0], allowed.Skip(1).FirstOrDefault(p => Core(p) != core, allowed[1])];
    }

    /// <summary>Keeps the thread that calls on a processor, or, with -1, on none of them.</summary>
    public static void Stay(int processor, List<int> allowed)
    {
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        foreach (int one in processor >= 0 ? [processor] : allowed)
        {
            mask[one / 64] |= 1UL << (one % 64);
        }

        if (Libc.SetAffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw new SocketCallException("sched_setaffinity", LibcNumbers.LastErrno(), processor);
        }
    }

    /// <summary>The processors that the thread that calls may use; none where the system does not say.</summary>
    public static List<int> Allowed()
    {
        List<int> result = [];
        if (!OperatingSystem.IsLinux())
        {
            return result;
        }

        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (Libc.GetAffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            return result;
        }

        for (int word = 0; word < Words; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                result.Add((word * 64) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return result;
    }

    private static string Core(int processor)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return processor.ToString(CultureInfo.InvariantCulture);
        }
    }
}
