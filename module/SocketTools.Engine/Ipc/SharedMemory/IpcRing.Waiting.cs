using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

public sealed unsafe partial class IpcRing
{
    // How often a side looks before it sleeps: 20 to 40 microseconds, about what sleeping and being woken costs. In between it lets others run, because the other side may
    // be waiting for this very processor. With one processor it always is.
    private static readonly int s_rounds = Environment.ProcessorCount > 1 ? 16 : 0;
    private const int LooksInRound = 64;

    // How long it sleeps before it looks whether the other has died, which nobody tells it. All else wakes it.
    private const int SleepMilliseconds = 100;

    /// <summary>Tells the processor that this is a loop that waits; shorter than <see cref="Thread.SpinWait"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    // Looks until a position moves, for as long as it is worth it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool LookAt(int position, ulong value)
    {
        byte* at = _base + position;
        for (int round = s_rounds; round > 0; round--)
        {
            for (int look = LooksInRound; look > 0; look--)
            {
                if (Volatile.Read(ref *(ulong*)at) != value)
                {
                    return true;
                }

                Pause();
            }

            Thread.Yield();
        }

        return false;
    }

    // Until the side can go on; false when it never will, because the other has closed or died.
    private bool Sleep(int side, in SocketWait wait)
    {
        Deadline deadline = Deadline.After(wait.Timeout);
        byte* line = Line(side);
        uint* word = (uint*)(line + IpcRingLayout.SleepOffset);
        int sleeps = 0;
        bool whole = true;
        using CancellationTokenRegistration waking = wait.Stop.UnsafeRegister(static state => ((IpcRing)state!).WakeBoth(), this);
        try
        {
            while (true)
            {
                whole = IsWhole;
                if (!whole)
                {
                    throw Cut();
                }

                // Whatever changes comes before the look at this word on the other side, so it is seen here, or this side is woken.
                Volatile.Write(ref *word, 1);
                Interlocked.MemoryBarrier();
                wait.Stop.ThrowIfCancellationRequested();
                ObjectDisposedException.ThrowIf(_disposed, this);
                bool gone = IsOtherGone(side); // Before the look: what it wrote last counts.
                if (CanGoOn(side))
                {
                    return true;
                }

                if (gone)
                {
                    return false;
                }

                if (deadline.Passed)
                {
                    throw TimedOut(side, wait);
                }

                Futex.WaitWhile(word, 1, deadline.RemainingAtMost(SleepMilliseconds));
                sleeps++;
            }
        }
        finally
        {
            if (whole)
            {
                Volatile.Write(ref *word, 0);
            }

            if (sleeps > 0 && wait.Trace is { } trace)
            {
                trace(new SystemCallRecord("futex", $"{(side == ReaderSide ? "&reader" : "&writer")}, FUTEX_WAIT, 1, {SleepMilliseconds} ms (times {sleeps.ToString(CultureInfo.InvariantCulture)})", 0, Errno.None));
            }
        }
    }

    // Also after the other has closed: what is in the ring can be read, but nobody will read what is written.
    private bool CanGoOn(int side) => side == ReaderSide
        ? Read64(IpcRingLayout.HeadAt) != _tail
        : _head - Read64(IpcRingLayout.TailAt) != _capacity && State(ReaderSide) != Closed;

    private bool IsOtherGone(int side)
    {
        int other = 1 - side;
        return State(other) switch
        {
            Closed => true,
            Absent => false,
            _ => other == WriterSide ? !_writes && !IsThere(other) : !_reads && !IsThere(other),
        };
    }

    private bool IsThere(int side) => _locks?.IsTaken(side) ?? Exists(*(int*)(Line(side) + IpcRingLayout.ProcessOffset));

    private uint State(int side) => Volatile.Read(ref *(uint*)(Line(side) + IpcRingLayout.StateOffset));

    private SocketCallException TimedOut(int side, in SocketWait wait) => new(
        side == ReaderSide ? "read" : "write",
        wait.TimeoutErrno,
        _target,
        State(1 - side) == Absent ? $"No process has {(side == ReaderSide ? "written to" : "read from")} this ring yet" : null);

    // The fence puts what was written before the look at the word: without it each side could miss the other (Dekker's two stores and two loads).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WakeSleeper(int line)
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref *(uint*)(_base + line + IpcRingLayout.SleepOffset)) != 0)
        {
            WakeSide(line == IpcRingLayout.ReaderAt ? ReaderSide : WriterSide);
        }
    }

    private void WakeSide(int side)
    {
        uint* word = (uint*)(Line(side) + IpcRingLayout.SleepOffset);
        Interlocked.Exchange(ref *word, 0);
        Futex.WakeAll(word);
    }

    // A token fired. The registration ends before the wait does, so the memory is there.
    private void WakeBoth()
    {
        if (!IsWhole)
        {
            return; // The sleepers look by themselves before long.
        }

        WakeSide(ReaderSide);
        WakeSide(WriterSide);
    }

    private static bool Exists(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
