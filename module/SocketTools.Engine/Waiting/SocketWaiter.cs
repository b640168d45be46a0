using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>Waits for many sockets at once (select(2), poll(2), epoll(7)).</summary>
internal static class SocketWaiter
{
    /// <summary>Waits until one is ready, or until each has been.</summary>
    /// <param name="set">The sockets.</param>
    /// <param name="events">What to wait for.</param>
    /// <param name="all">Waits until every one is ready.</param>
    /// <param name="wait">How long.</param>
    /// <returns>Those that are ready, in the order given.</returns>
    /// <exception cref="SocketCallException">ETIMEDOUT, or EWOULDBLOCK for a timeout of zero. EBADF: one is closed, and named as the target.</exception>
    public static List<SocketReadiness> Wait(WaitSet set, PollEvents events, bool all, SocketWait wait)
    {
        Span<PollEvents> ready = set.Ready;
        ready.Clear();
        set.CheckOpen();
        bool buffered = (events & PollEvents.Read) != 0 && ReceiveBuffer.NonEmpty > 0 && FindBuffered(set.Items, ready);
        Deadline deadline = Deadline.After(wait.Timeout);
        if (all)
        {
            WaitForAll(set.Items, ready, events, deadline, wait);
        }
        else
        {
            WaitForAny(set, ready, events, buffered, deadline, wait);
        }

        List<SocketReadiness> result = [];
        Span<int> numbers = MemoryMarshal.Cast<PollEvents, int>(ready);
        int next = 0;
        while (numbers[next..].IndexOfAnyExcept(0) is var step and >= 0)
        {
            next += step;
            result.Add(Result(set.Items[next], ready[next], events));
            if (++next == numbers.Length)
            {
                break;
            }
        }

        return result;
    }

    private static void WaitForAny(WaitSet set, Span<PollEvents> ready, PollEvents events, bool buffered, Deadline deadline, SocketWait wait)
    {
        while (true)
        {
            int count = Merge(set.Engine(events), set.Items, ready, events, buffered, deadline.Remaining, wait);
            wait.Stop.ThrowIfCancellationRequested();
            set.CheckOpen(); // Also before what came is told: one that was closed meanwhile may look ready.
            if (count > 0 || buffered)
            {
                return;
            }

            if (deadline.Passed || wait.Timeout == TimeSpan.Zero)
            {
                throw new SocketCallException("poll", wait.TimeoutErrno, null, $"None of {set.Items.Length} sockets was ready {Time(wait)}");
            }
        }
    }

    // Those that were ready once are not asked again; the others are waited for until the last is.
    private static void WaitForAll(ReadOnlySpan<WaitItem> items, Span<PollEvents> ready, PollEvents events, Deadline deadline, SocketWait wait)
    {
        using PollWaitEngine poll = new();
        List<int> missing = [];
        for (int i = 0; i < items.Length; i++)
        {
            if (ready[i] == PollEvents.None)
            {
                missing.Add(i);
            }
        }

        while (missing.Count > 0)
        {
            WaitItem[] rest = new WaitItem[missing.Count];
            for (int i = 0; i < rest.Length; i++)
            {
                rest[i] = items[missing[i]];
            }

            CheckOpen(rest);
            PollEvents[] came = new PollEvents[rest.Length];
            poll.Wait(rest, came, events, deadline.Remaining, wait);
            wait.Stop.ThrowIfCancellationRequested();
            for (int i = rest.Length - 1; i >= 0; i--)
            {
                if (came[i] != PollEvents.None)
                {
                    ready[missing[i]] = came[i];
                    missing.RemoveAt(i);
                }
            }

            CheckOpen(rest);
            if (missing.Count > 0 && (deadline.Passed || wait.Timeout == TimeSpan.Zero))
            {
                throw new SocketCallException("poll", wait.TimeoutErrno, null, $"{missing.Count} of {items.Length} sockets were not ready {Time(wait)}");
            }
        }
    }

    // What is in a buffer counts beside what the kernel says; then it is asked only for what is ready at once.
    private static int Merge(WaitEngine engine, ReadOnlySpan<WaitItem> items, Span<PollEvents> ready, PollEvents events, bool buffered, int milliseconds, SocketWait wait)
    {
        if (!buffered)
        {
            return engine.Wait(items, ready, events, milliseconds, wait);
        }

        PollEvents[] before = ready.ToArray();
        int count = engine.Wait(items, ready, events, 0, wait);
        for (int i = 0; i < ready.Length; i++)
        {
            ready[i] |= before[i];
        }

        return count;
    }

    private static bool FindBuffered(ReadOnlySpan<WaitItem> items, Span<PollEvents> ready)
    {
        bool found = false;
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].Channel.HasUnexamined)
            {
                ready[i] = PollEvents.Read;
                found = true;
            }
        }

        return found;
    }

    private static void CheckOpen(ReadOnlySpan<WaitItem> items)
    {
        foreach (ref readonly WaitItem item in items)
        {
            if (!item.Channel.IsOpen)
            {
                throw new SocketCallException("poll", Errno.EBADF, item.Given);
            }
        }
    }

    private static SocketReadiness Result(WaitItem item, PollEvents ready, PollEvents events) => new(
        item.Given,
        (ready & events & PollEvents.Read) != 0,
        (ready & events & PollEvents.Write) != 0,
        (ready & (PollEvents.Error | PollEvents.Priority)) != 0);

    private static string Time(SocketWait wait) => wait.Timeout == TimeSpan.Zero ? "at once" : $"within {wait.Timeout.TotalSeconds:0.###} s";
}
