using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace SocketTools;

/// <summary>Workers that persist, each on a thread of its own: one at first, more while work waits and none is free, up to a limit.</summary>
internal sealed class HandlerPool(SocketListener listener, int limit, Func<IHandlerWorker> makeWorker)
{
    private static readonly TimeSpan GraceTime = TimeSpan.FromMilliseconds(100);

    // A worker has a thread of its own, so this says of the thread that it is among those counted in _coming.
    [ThreadStatic]
    private static bool t_coming;

    [ThreadStatic]
    private static Seat? t_seat;

    private readonly object _lock = new();
    private readonly Queue<HandlerWork> _waiting = new();
    private readonly List<(Thread Thread, IHandlerWorker Worker)> _workers = [];

    // The one that got free last is the first to work again: its runspace is still in the processor's caches.
    private readonly Stack<Seat> _free = new();
    private int _coming;
    private bool _last;
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
        Seat? seat;
        lock (_lock)
        {
            if (_stopping || _last)
            {
                return;
            }

            if (!_free.TryPop(out seat))
            {
                _waiting.Enqueue(work);

                // A worker that is still starting, or about to return, takes some of the work soon; only what is beyond that needs another.
                if (_waiting.Count > _coming && _workers.Count < limit)
                {
                    StartWorker();
                }
            }
        }

        seat?.Give(work);
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

    /// <summary>Tells that a work is done. For the worker that took it, which comes for the next one behind this.</summary>
    public void Complete(HandlerWork work, bool failed)
    {
        lock (_lock)
        {
            // Its client sees the end now, and may be back sooner than this worker.
            t_coming = true;
            _coming++;
        }

        work.Done(work, failed);
    }

    /// <summary>The next work; null when it is over. For workers.</summary>
    public HandlerWork? Take()
    {
        Seat seat = t_seat ??= new Seat();
        lock (_lock)
        {
            Arrive();
            if (_stopping)
            {
                return null;
            }

            if (_waiting.TryDequeue(out HandlerWork? work))
            {
                return work;
            }

            _free.Push(seat);
        }

        return seat.Wait();
    }

    /// <summary>Takes the last work: what else waits is dropped but for clients that have gone, and handlers that run are ended.</summary>
    public void AddLast(IReadOnlyCollection<HandlerWork> works)
    {
        IHandlerWorker[] workers;
        lock (_lock)
        {
            _last = true;
            HandlerWork[] last = [.. _waiting.Where(static w => w.Occasion == HandlerOccasion.Disconnect), .. works];
            _waiting.Clear();
            foreach (HandlerWork work in last)
            {
                if (_free.TryPop(out Seat? seat))
                {
                    seat.Give(work);
                }
                else
                {
                    _waiting.Enqueue(work);
                }
            }

            workers = [.. _workers.Select(static w => w.Worker)];
            if (workers.Length == 0)
            {
                StartWorker();
            }
        }

        foreach (IHandlerWorker worker in workers)
        {
            worker.Interrupt();
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
            while (_free.TryPop(out Seat? seat))
            {
                seat.Give(null);
            }
        }

        foreach ((_, IHandlerWorker worker) in workers)
        {
            worker.Stop();
        }

        // Handlers that can be ended are, before their connections are closed under them.
        EndStop(GraceTime);
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
        _coming++;
        thread.Start();
    }

    private void Work(IHandlerWorker worker)
    {
        t_coming = true;
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
                Arrive();
                _workers.RemoveAll(w => w.Worker == worker);
                if (_workers.Count == 0)
                {
                    FailAll();
                }
            }
        }
    }

    private void Arrive()
    {
        if (t_coming)
        {
            t_coming = false;
            _coming--;
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

    // Where a worker that is free waits. What it is given goes to it and to no other, so that nobody wakes for nothing.
    private sealed class Seat
    {
        private readonly object _lock = new();
        private HandlerWork? _work;
        private bool _given;

        public void Give(HandlerWork? work)
        {
            lock (_lock)
            {
                (_work, _given) = (work, true);
                Monitor.Pulse(_lock);
            }
        }

        public HandlerWork? Wait()
        {
            lock (_lock)
            {
                while (!_given)
                {
                    Monitor.Wait(_lock);
                }

                HandlerWork? work = _work;
                (_work, _given) = (null, false);
                return work;
            }
        }
    }
}
