using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>The signals that this process takes: who asked for which, and those that came and wait to be taken.</summary>
/// <remarks>Safe from any thread. A signal is caught while a registration or a wait asks for it; before and after that, what the system or .NET does with it happens.</remarks>
public static class IpcSignals
{
    // Of signals that nobody takes the oldest are dropped.
    private const int MaximumKept = 10_000;

    private static readonly object s_lock = new();
    private static readonly Dictionary<int, Demand> s_demands = [];
    private static readonly LinkedList<IpcSignal> s_kept = new();

    /// <summary>Waits for one of several signals and takes it. One that came since it was registered for is taken at once.</summary>
    /// <param name="signals">Their numbers.</param>
    /// <param name="wait">How long.</param>
    /// <exception cref="SocketCallException">EWOULDBLOCK or ETIMEDOUT: none came in time. EINVAL: it cannot be caught. EOPNOTSUPP: Windows.</exception>
    public static IpcSignal Wait(IReadOnlyCollection<int> signals, in SocketWait wait)
    {
        int[] wanted = [.. signals.Distinct()];
        lock (s_lock)
        {
            Begin(wanted, static d => d.Waiting++, wait.Trace);
            try
            {
                return TakeFirst(wanted, wait);
            }
            finally
            {
                End(wanted, static d => d.Waiting--);
            }
        }
    }

    /// <summary>Whether somebody has taken a signal, so that it does not end the process.</summary>
    internal static bool IsTaken(int signal)
    {
        lock (s_lock)
        {
            return s_demands.ContainsKey(signal);
        }
    }

    /// <summary>Begins to catch a signal for a registration.</summary>
    internal static void Add(IpcSignalRegistration registration, SystemCallTrace? trace)
    {
        lock (s_lock)
        {
            Begin([registration.Number], d => d.Registrations.Add(registration), trace);
        }
    }

    /// <summary>Ends what <see cref="Add"/> began.</summary>
    internal static void Remove(IpcSignalRegistration registration)
    {
        lock (s_lock)
        {
            End([registration.Number], d => d.Registrations.Remove(registration));
        }
    }

    /// <summary>Gives a signal that came to all who asked for it.</summary>
    internal static void Deliver(IpcSignal signal)
    {
        IpcSignalRegistration[] registrations;
        lock (s_lock)
        {
            if (!s_demands.TryGetValue(signal.Number, out Demand? demand))
            {
                return; // It came at the end of the registration.
            }

            registrations = [.. demand.Registrations];
            if (demand.Waiting > 0 || demand.Keeps)
            {
                s_kept.AddLast(signal);
                if (s_kept.Count > MaximumKept)
                {
                    s_kept.RemoveFirst();
                }

                Monitor.PulseAll(s_lock);
            }
        }

        foreach (IpcSignalRegistration registration in registrations)
        {
            registration.Raise(signal);
        }
    }

    private static IpcSignal TakeFirst(int[] wanted, in SocketWait wait)
    {
        CancellationTokenRegistration stop = wait.Stop.UnsafeRegister(
            static _ =>
            {
                lock (s_lock)
                {
                    Monitor.PulseAll(s_lock);
                }
            },
            null);
        try
        {
            return TakeFirst(wanted, wait, Deadline.After(wait.Timeout));
        }
        finally
        {
            stop.Unregister(); // Not Dispose: it would wait for the callback, which waits for the lock.
        }
    }

    private static IpcSignal TakeFirst(int[] wanted, in SocketWait wait, Deadline deadline)
    {
        while (true)
        {
            for (LinkedListNode<IpcSignal>? node = s_kept.First; node is not null; node = node.Next)
            {
                if (Array.IndexOf(wanted, node.Value.Number) >= 0)
                {
                    s_kept.Remove(node);
                    wait.Trace?.Invoke(new("rt_sigtimedwait", Text(wanted), node.Value.Number, Errno.None));
                    return node.Value;
                }
            }

            wait.Stop.ThrowIfCancellationRequested();
            if (deadline.Passed)
            {
                wait.Trace?.Invoke(new("rt_sigtimedwait", Text(wanted), -1, wait.TimeoutErrno));
                throw new SocketCallException("sigtimedwait", wait.TimeoutErrno, string.Join(", ", wanted.Select(IpcSignalTable.Name)), "No such signal came in time")
                {
                    Advice = "Raise -TimeoutSeconds (-1 waits for ever), or check who is to send it, and that it sends it to this process.",
                };
            }

            Monitor.Wait(s_lock, deadline.Remaining);
        }
    }

    private static string Text(int[] wanted) => $"[{string.Join(' ', wanted.Select(static w => IpcSignalTable.Name(w)[3..]))}]";

    private static void Begin(int[] signals, Action<Demand> count, SystemCallTrace? trace)
    {
        List<int> done = [];
        try
        {
            foreach (int signal in signals)
            {
                if (!s_demands.TryGetValue(signal, out Demand? demand))
                {
                    demand = new Demand(SignalIntake.Open(signal, trace));
                    s_demands.Add(signal, demand);
                }

                count(demand);
                done.Add(signal);
            }
        }
        catch
        {
            // Those counted so far are let go by the same counts backwards: a wait has none then, and a registration is one signal only.
            End([.. done], static d => d.Waiting--);
            throw;
        }
    }

    private static void End(int[] signals, Action<Demand> count)
    {
        foreach (int signal in signals)
        {
            if (!s_demands.TryGetValue(signal, out Demand? demand))
            {
                continue;
            }

            count(demand);
            if (demand.Waiting > 0 || demand.Keeps)
            {
                continue;
            }

            // Nobody is left to take them.
            for (LinkedListNode<IpcSignal>? node = s_kept.First; node is not null;)
            {
                LinkedListNode<IpcSignal>? next = node.Next;
                if (node.Value.Number == signal)
                {
                    s_kept.Remove(node);
                }

                node = next;
            }

            if (demand.Registrations.Count == 0)
            {
                s_demands.Remove(signal);
                demand.Intake.Dispose();
            }
        }
    }

    private sealed class Demand(SignalIntake intake)
    {
        public SignalIntake Intake { get; } = intake;

        public int Waiting { get; set; }

        public List<IpcSignalRegistration> Registrations { get; } = [];

        public bool Keeps => Registrations.Exists(static r => r.Keeps);
    }
}
