using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>Probes many ports at once, on the caller's thread: connects that do not answer at once go on beside each other.</summary>
internal sealed class PortProber : IDisposable
{
    private readonly int _limit;
    private readonly SocketWait _wait;
    private readonly ReadinessSet _ready = ReadinessSet.Create();
    private readonly CancellationTokenRegistration _onStop;
    private readonly Dictionary<int, PortAttempt> _waiting = [];
    private readonly Queue<(int Key, long Started)> _oldest = new(); // all have the same time, so they end in the order in which they began
    private readonly Queue<PortAttempt> _postponed = new(); // for want of a descriptor
    private readonly ProbeSockets _sockets = new();
    private readonly Readiness[] _events = new Readiness[256];
    private int _lastKey;
    private int _startsBeforeLook;

    /// <summary>A prober.</summary>
    /// <param name="limit">Ports that may be waited for at once.</param>
    /// <param name="wait">The time for one address of one port, and who may stop it all.</param>
    public PortProber(int limit, SocketWait wait)
    {
        PortAttempt.Prepare();
        _limit = limit;
        _wait = wait;
        _onStop = wait.Stop.UnsafeRegister(static state => ((ReadinessSet)state!).Wake(), _ready);
    }

    /// <summary>Probes; the results come in the order of the ports, each as soon as it and all before it are known.</summary>
    /// <exception cref="OperationCanceledException">It was stopped. Nothing stays open after <see cref="Dispose"/>.</exception>
    /// <exception cref="SocketCallException">EMFILE and the like: not even one socket is to be had.</exception>
    public IEnumerable<SocketPortProbe> Run(IEnumerable<PortAttempt> attempts)
    {
        Queue<PortAttempt> order = new();
        foreach (PortAttempt attempt in attempts)
        {
            order.Enqueue(attempt);
            Start(attempt);
            while (_waiting.Count >= _limit || _postponed.Count > 0)
            {
                Progress(wait: true);
            }

            // An answer counts from when it is seen, so it is looked for between the starts: after each one while few are under way.
            if (_waiting.Count > 0 && --_startsBeforeLook <= 0)
            {
                Progress(wait: false);
                _startsBeforeLook = _waiting.Count / 16;
            }

            while (order.TryPeek(out PortAttempt? head) && head.Result is { } result)
            {
                order.Dequeue();
                yield return result;
            }
        }

        while (order.TryDequeue(out PortAttempt? head))
        {
            while (head.Result is null)
            {
                Progress(wait: true);
            }

            yield return head.Result;
        }
    }

    /// <summary>Closes whatever still waits.</summary>
    public void Dispose()
    {
        _onStop.Dispose();
        _ready.Dispose();
        foreach (PortAttempt attempt in _waiting.Values)
        {
            attempt.Abandon();
        }

        _waiting.Clear();
        _sockets.Dispose();
    }

    // Where there is no descriptor to be had while others are under way that will give theirs back, the attempt waits for one of those.
    private void Start(PortAttempt attempt)
    {
        _wait.Stop.ThrowIfCancellationRequested();
        try
        {
            attempt.Start(_sockets, _wait.Trace);
        }
        catch (SocketCallException) when (_waiting.Count > 0)
        {
            _postponed.Enqueue(attempt);
            return;
        }

        if (attempt.Handle is { } handle)
        {
            int key = ++_lastKey;
            _waiting.Add(key, attempt);
            _oldest.Enqueue((key, attempt.Started));
            _ready.Add(handle, key, attempt.Events);
        }
    }

    // Takes the answers that are there, or waits until something answers or the oldest one's time is over.
    private void Progress(bool wait)
    {
        DropFinished();
        int milliseconds = wait && _oldest.TryPeek(out (int Key, long Started) oldest) ? Remaining(oldest.Started) : 0;
        int count = _ready.Wait(_events, milliseconds);
        _wait.Stop.ThrowIfCancellationRequested();
        for (int i = 0; i < count; i++)
        {
            if (_waiting.Remove(_events[i].Key, out PortAttempt? attempt))
            {
                _ready.Remove(attempt.Handle!, _events[i].Key);
                attempt.Answer(_wait.Trace);
                Start(attempt);
            }
        }

        // While there may be more answers than were asked for, nobody's time is over.
        DropFinished();
        while (count < _events.Length && _oldest.TryPeek(out oldest) && Remaining(oldest.Started) == 0 && _waiting.Remove(oldest.Key, out PortAttempt? late))
        {
            _ready.Remove(late.Handle!, oldest.Key);
            late.TimeOut(_wait.Trace);
            Start(late);
            DropFinished();
        }

        for (int postponed = _postponed.Count; postponed > 0 && _waiting.Count < _limit; postponed--)
        {
            Start(_postponed.Dequeue());
        }
    }

    private void DropFinished()
    {
        while (_oldest.TryPeek(out (int Key, long Started) oldest) && !_waiting.ContainsKey(oldest.Key))
        {
            _oldest.Dequeue();
        }
    }

    private int Remaining(long started) => _wait.Timeout == Timeout.InfiniteTimeSpan ? -1
        : (int)Math.Ceiling(Math.Max(0, (_wait.Timeout - Stopwatch.GetElapsedTime(started)).TotalMilliseconds));
}
