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
    // How long a side looks before it sleeps: about what sleeping and being woken costs. With one processor it does not look, because the other side is not running.
    private static readonly long s_lookingTicks = Environment.ProcessorCount > 1 ? Stopwatch.Frequency * 30 / 1_000_000 : 0;
    private const int LooksInRound = 64;

    /// <summary>How long a side looks before it sleeps, in ticks of the clock. Tests set it to 0, so that each wait is a sleep.</summary>
    internal long LookingTicks { get; set; } = s_lookingTicks;

    /// <summary>How long a side sleeps before it looks whether the other has died, which nobody tells it. All else wakes it: tests set it to -1, so that a wake-up that is lost is a wait without end.</summary>
    internal int SleepMilliseconds { get; set; } = 100;

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

    // Looks until a position moves, for as long as it is worth it. In between it lets others run, because the other side may be waiting for this very processor.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool LookAt(ref Patience patience, int position, ulong value)
    {
        long ticks = LookingTicks;
        if (ticks == 0 || !patience.Looks())
        {
            return false;
        }

        byte* at = _base + position;
        bool yields = patience.Yields();
        long until = 0;
        while (true)
        {
            for (int look = LooksInRound; look > 0; look--)
            {
                if (Volatile.Read(ref *(ulong*)at) != value)
                {
                    patience.Gain();
                    return true;
                }

                Pause();
            }

            long now = Stopwatch.GetTimestamp();
            until = until == 0 ? now + ticks : until;
            if (now >= until)
            {
                patience.Lose();
                return false;
            }

            if (yields)
            {
                Thread.Yield();
                patience.Yielded(Stopwatch.GetTimestamp() - now);
            }
        }
    }

    // Until the side can go on; false when it never will, because the other has closed or died.
    //
    // Why no wake-up is lost. The side that waits and the side that moves a position each store and then load, with a full fence between them (Dekker):
    //     waits:  word = 1;         fence;  load the position       (this loop)
    //     moves:  store a position; fence;  load the word           (WakeSleeper)
    // One of the fences comes first for all processors, and the load behind the other one sees the store before it. So the side that waits sees that it can go on and does not sleep,
    // or the other one sees the word. That one stores 0 and calls FUTEX_WAKE. The kernel compares the word with 1 and puts the thread to sleep in one step, under the lock that the
    // wake takes too: it finds 0 and does not sleep, or it sleeps by then and is woken. Where the 1 is that of a later wait, it wakes for nothing, looks, and stores 1 again.
    // Closing (State), a token and Dispose come in the place of the position, and always wake. A side that is killed stores nothing: therefore a sleep ends by itself.
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

                Futex.WaitWhile(word, 1, SleepMilliseconds < 0 ? deadline.Remaining : deadline.RemainingAtMost(SleepMilliseconds));
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

    // The fence of the side that moves a position: see Sleep.
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
