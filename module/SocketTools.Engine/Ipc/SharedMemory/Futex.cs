using System;
using System.Runtime.InteropServices;
using System.Threading;
using SocketTools.Native;

namespace SocketTools;

/// <summary>Sleeping on a word of memory that two processes share, by futex(2) of Linux. Elsewhere a sleep of a millisecond takes its place, and waking is nothing.</summary>
internal static unsafe class Futex
{
    // Without FUTEX_PRIVATE_FLAG, for the word is in memory that other processes have too.
    private const int Wait = 0;
    private const int Wake = 1;

    private static readonly nint s_number = !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 or Architecture.LoongArch64 => 98,
        Architecture.S390x => 238,
        Architecture.Ppc64le => 221,
        _ => 0,
    };

    /// <summary>Sleeps while the word has the value, so many milliseconds at most, or -1. It may return early for no reason: the caller looks again.</summary>
    public static void WaitWhile(uint* word, uint value, int milliseconds)
    {
        if (s_number == 0)
        {
            Thread.Sleep(milliseconds == 0 ? 0 : 1); // Only where there is no futex(2): the caller looks again each millisecond.
            return;
        }

        // The members of struct timespec are as wide as those of struct timeval here: seconds and nanoseconds.
        Libc.TimeVal time = new() { Seconds = milliseconds / 1000, Microseconds = milliseconds % 1000 * 1_000_000 };
        _ = Libc.SystemCall(s_number, word, Wait, value, milliseconds < 0 ? null : &time, null, 0);
    }

    /// <summary>Wakes who sleeps on the word.</summary>
    public static void WakeAll(uint* word)
    {
        if (s_number != 0)
        {
            _ = Libc.SystemCall(s_number, word, Wake, int.MaxValue, null, null, 0);
        }
    }
}
