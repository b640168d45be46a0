using System;
using System.Diagnostics;

namespace SocketTools;

public sealed unsafe partial class IpcRing
{
    /// <summary>
    /// Whether a side looks for what it waits for before it sleeps, and whether it lets others run meanwhile. What was in vain it leaves out the next times, ever more often.
    /// </summary>
    /// <remarks>
    /// Where many threads want the processor, sched_yield(2) comes back when each of them has had its turn, tens of milliseconds later, while a thread that sleeps in futex(2) runs
    /// as soon as it is woken: there a ring whose sides yielded made a hundredth of the round trips.
    /// </remarks>
    internal struct Patience
    {
        // Few enough that sides that could keep up find each other awake again soon.
        private const int MostLooks = 7;

        // One that finds the processor crowded costs as much as thousands of sleeps. When it is the others' turn for once, it takes as long: so one is tried again before long.
        private const int FirstYields = 16;
        private const int MostYields = 4096;
        private static readonly long s_crowdedTicks = Stopwatch.Frequency / 5000;

        private int _looksLeftOut;
        private int _looksToLeaveOut;
        private int _yieldsLeftOut;
        private int _yieldsToLeaveOut;

        public bool Looks() => !LeaveOut(ref _looksLeftOut);

        public bool Yields() => !LeaveOut(ref _yieldsLeftOut);

        /// <summary>A look saw what it was for.</summary>
        public void Gain() => _looksToLeaveOut = 0;

        /// <summary>A look did not.</summary>
        public void Lose() => _looksLeftOut = _looksToLeaveOut = Math.Min((_looksToLeaveOut * 2) + 1, MostLooks);

        /// <summary>How long others ran.</summary>
        public void Yielded(long ticks)
        {
            _yieldsToLeaveOut = ticks < s_crowdedTicks ? 0 : Math.Clamp(_yieldsToLeaveOut * 2, FirstYields, MostYields);
            _yieldsLeftOut = _yieldsToLeaveOut;
        }

        private static bool LeaveOut(ref int count)
        {
            if (count == 0)
            {
                return false;
            }

            count--;
            return true;
        }
    }
}
