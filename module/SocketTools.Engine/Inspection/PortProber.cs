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
    private readonly Readiness[] _events = new Readiness[256];
    private int _lastKey;

    /// <summary>A prober.</summary>
    /// <param name="limit">Ports that may be waited for at once.</param>
    /// <param name="wait">The time for one address of one port, and who may stop it all.</param>
    public PortProber(int limit, SocketWait wait)
    {
        _limit = limit;
        _wait = wait;
        _onStop = wait.Stop.UnsafeRegister(static state => ((ReadinessSet)state!).Wake(), _ready);
    }

    /// <summary>Probes; the results come in the order of the ports, each as soon as it and all before it are known.</summary>
    /// <exception cref="OperationCanceledException">It was stopped. Nothing stays open.</exception>
    public IEnumerable<SocketPortProbe> Run(IEnumerable<PortAttempt> attempts)
    {
        Queue<PortAttempt> order = new();
        foreach (PortAttempt attempt in attempts)
        {
            order.Enqueue(attempt);
            while (!TryStart(attempt))
            {
                Progress();
            }

            while (_waiting.Count >= _limit)
            {
                Progress();
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
                Progress();
            }

            yield return head.Result;
        }
    }

    /// <summary>Closes whatever still waits.</summary>
    public void Dispose()
    {
        _onStop.Dispose();
        foreach ((int key, PortAttempt attempt) in _waiting)
        {
            if (attempt.Handle is { } handle)
            {
                _ready.Remove(handle, key);
            }

            attempt.Abandon();
        }

        _waiting.Clear();
        _ready.Dispose();
    }

    // False where there is no descriptor to be had, and others are under way that will give theirs back.
    private bool TryStart(PortAttempt attempt)
    {
        _wait.Stop.ThrowIfCancellationRequested();
        try
        {
            attempt.Start(_wait.Trace);
        }
        catch (SocketCallException) when (_waiting.Count > 0)
        {
            return false;
        }

        Watch(attempt);
        return true;
    }

    private void Watch(PortAttempt attempt)
    {
        if (attempt.Handle is { } handle)
        {
            int key = ++_lastKey;
            _waiting.Add(key, attempt);
            _oldest.Enqueue((key, attempt.Started));
            _ready.Add(handle, key, attempt.Events);
        }
    }

    // Waits until something answers or the oldest one's time is over.
    private void Progress()
    {
        DropFinished();
        int milliseconds = _oldest.TryPeek(out (int Key, long Started) oldest) ? Remaining(oldest.Started) : 0;
        int count = _ready.Wait(_events, milliseconds);
        _wait.Stop.ThrowIfCancellationRequested();
        for (int i = 0; i < count; i++)
        {
            if (_waiting.Remove(_events[i].Key, out PortAttempt? attempt))
            {
                _ready.Remove(attempt.Handle!, _events[i].Key);
                attempt.Answer(_wait.Trace);
                Watch(attempt);
            }
        }

        DropFinished();
        while (_oldest.TryPeek(out oldest) && Remaining(oldest.Started) == 0 && _waiting.Remove(oldest.Key, out PortAttempt? late))
        {
            _ready.Remove(late.Handle!, oldest.Key);
            late.TimeOut(_wait.Trace);
            Watch(late);
            DropFinished();
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
