using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;

namespace SocketTools.Calls;

/// <summary>The set for systems without epoll: each wait hands every socket to the kernel again.</summary>
internal sealed class PollReadinessSet : ReadinessSet
{
    private readonly object _lock = new();
    private readonly Dictionary<int, (SafeSocketHandle Handle, PollEvents Events, bool Once)> _watched = [];
    private CancellationTokenSource _wake = new();
    private bool _woken; // by somebody, before a wait began
    private bool _disposed;

    public override void Add(SafeSocketHandle handle, int key, PollEvents events, bool once = false) => Change(handle, key, events, once);

    public override void Change(SafeSocketHandle handle, int key, PollEvents events, bool once = false)
    {
        lock (_lock)
        {
            _watched[key] = (handle, events, once);
            WakeLocked(); // A wait under way does not know of it.
        }
    }

    public override void Remove(SafeSocketHandle handle, int key)
    {
        lock (_lock)
        {
            _watched.Remove(key);
            WakeLocked();
        }
    }

    public override int Wait(Span<Readiness> ready, int milliseconds)
    {
        PollTarget[] targets;
        int[] keys;
        CancellationToken wake;
        lock (_lock)
        {
            if (_woken)
            {
                _woken = false;
                return 0;
            }

            if (_wake.IsCancellationRequested)
            {
                _wake.Dispose();
                _wake = new CancellationTokenSource();
            }

            wake = _wake.Token;
            keys = new int[_watched.Count];
            targets = new PollTarget[_watched.Count];
            int next = 0;
            foreach ((int key, (SafeSocketHandle handle, PollEvents events, _)) in _watched)
            {
                if (events != PollEvents.None && !handle.IsClosed)
                {
                    keys[next] = key;
                    targets[next++] = new PollTarget(handle, events);
                }
            }

            Array.Resize(ref targets, next);
        }

        if (targets.Length == 0)
        {
            wake.WaitHandle.WaitOne(milliseconds);
        }
        else
        {
            SystemCalls.Current.Poll(targets, milliseconds, wake, default, null);
        }

        lock (_lock)
        {
            _woken = false;
        }

        return Collect(ready, keys, targets);
    }

    public override void Wake()
    {
        lock (_lock)
        {
            _woken = true;
            WakeLocked();
        }
    }

    public override void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _wake.Dispose();
        }
    }

    private void WakeLocked()
    {
        if (!_disposed)
        {
            _wake.Cancel();
        }
    }

    private int Collect(Span<Readiness> ready, int[] keys, PollTarget[] targets)
    {
        int count = 0;
        lock (_lock)
        {
            for (int i = 0; i < targets.Length && count < ready.Length; i++)
            {
                if (targets[i].Ready == PollEvents.None || !_watched.TryGetValue(keys[i], out var watched))
                {
                    continue;
                }

                ready[count++] = new Readiness(keys[i], targets[i].Ready);
                if (watched.Once)
                {
                    _watched[keys[i]] = watched with { Events = PollEvents.None };
                }
            }
        }

        return count;
    }
}
