using System;
using System.Collections.Generic;
using System.Threading;

namespace SocketTools;

/// <summary>Workers that persist, each on a thread of its own: one at first, more while work waits and none is free, up to a limit.</summary>
internal sealed class HandlerPool(SocketListener listener, int limit, Func<IHandlerWorker> makeWorker)
{
    // A worker takes some time to start; it counts as starting until it asks for work the first time.
    [ThreadStatic]
    private static HandlerPool? t_startingIn;

    private readonly object _lock = new();
    private readonly Queue<HandlerWork> _waiting = new();
    private readonly List<(Thread Thread, IHandlerWorker Worker)> _workers = [];
    private int _free;
    private int _starting;
    private bool _stopping;

    /// <summary>Workers that exist.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _workers.Count;
            }
        }
    }

    /// <summary>Gives work to a worker that is free, or to the first that gets free. Work that comes after the stop is dropped.</summary>
    public void Add(HandlerWork work)
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            _waiting.Enqueue(work);
            if (_free > 0)
            {
                Monitor.Pulse(_lock);
            }

            // A worker that is still starting takes some of the work soon; only what is beyond that needs another.
            if (_waiting.Count > _free + _starting && _workers.Count < limit)
            {
                StartWorker();
            }
        }
    }

    /// <summary>Starts the first worker, so that the first client does not wait for it.</summary>
    public void Warm()
    {
        lock (_lock)
        {
            if (!_stopping && _workers.Count == 0)
            {
                StartWorker();
            }
        }
    }

    /// <summary>The next work; null when it is over. For workers.</summary>
    public HandlerWork? Take()
    {
        lock (_lock)
        {
            Started();
            while (!_stopping)
            {
                if (_waiting.TryDequeue(out HandlerWork? work))
                {
                    return work;
                }

                _free++;
                Monitor.Wait(_lock);
                _free--;
            }

            return null;
        }
    }

    /// <summary>Gives out no more work and tells the workers to end what they do.</summary>
    public void BeginStop()
    {
        (Thread, IHandlerWorker Worker)[] workers;
        lock (_lock)
        {
            _stopping = true;
            _waiting.Clear();
            workers = [.. _workers];
            Monitor.PulseAll(_lock);
        }

        foreach ((_, IHandlerWorker worker) in workers)
        {
            worker.Stop();
        }
    }

    /// <summary>Waits for the threads, for a time all together.</summary>
    public void EndStop(TimeSpan limit)
    {
        (Thread Thread, IHandlerWorker)[] workers;
        lock (_lock)
        {
            workers = [.. _workers];
        }

        Calls.Deadline deadline = Calls.Deadline.After(limit);
        foreach ((Thread thread, _) in workers)
        {
            // A handler may stop its own listener; it cannot wait for itself.
            if (thread != Thread.CurrentThread)
            {
                thread.Join(deadline.Remaining);
            }
        }
    }

    private void StartWorker()
    {
        IHandlerWorker worker = makeWorker();
        Thread thread = new(() => Work(worker)) { IsBackground = true, Name = $"SocketTools {listener} {_workers.Count + 1}" };
        _workers.Add((thread, worker));
        _starting++;
        thread.Start();
    }

    private void Work(IHandlerWorker worker)
    {
        t_startingIn = this;
        try
        {
            using (worker)
            {
                worker.Run(this);
            }
        }
        catch (Exception e)
        {
            // The worker itself could not go on; the others can, and new work starts new ones.
            listener.Report(null, e);
            lock (_lock)
            {
                Started();
                _workers.RemoveAll(w => w.Worker == worker);
                if (_workers.Count == 0)
                {
                    FailAll();
                }
            }
        }
    }

    private void Started()
    {
        if (t_startingIn == this)
        {
            t_startingIn = null;
            _starting--;
        }
    }

    // Nobody is left to serve those who wait; they are told rather than kept.
    private void FailAll()
    {
        while (_waiting.TryDequeue(out HandlerWork? work))
        {
            work.Done(work, true);
        }
    }
}
