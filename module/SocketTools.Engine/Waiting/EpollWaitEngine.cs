using System;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// epoll(7) over one set of channels, kept from wait to wait.
/// </summary>
internal sealed class EpollWaitEngine : WaitEngine
{
    private readonly EpollReadinessSet _set = new();
    private readonly int _closed = ActiveWaits.Closed;
    private readonly Readiness[] _ready;

    public EpollWaitEngine(ReadOnlySpan<WaitItem> items, PollEvents events)
    {
        _ready = new Readiness[items.Length + 1]; // every one may be ready, and the wake
        try
        {
            for (int i = 0; i < items.Length; i++)
            {
                Add(items[i], i, events);
            }
        }
        catch
        {
            _set.Dispose();
            throw;
        }
    }

    /// <summary>True when any channel was closed since: a number of this set may be another socket's by now.</summary>
    public bool IsStale => _closed != ActiveWaits.Closed;

    public override int Wait(ReadOnlySpan<WaitItem> items, Span<PollEvents> ready, PollEvents events, int milliseconds, SocketWait wait)
    {
        Action wake = _set.Wake;
        ActiveWaits.Add(wake);
        try
        {
            using CancellationTokenRegistration stop = wait.Stop.UnsafeRegister(static state => ((EpollReadinessSet)state!).Wake(), _set);
            if (_closed != ActiveWaits.Closed)
            {
                return 0;
            }

            int count = _set.Wait(_ready, milliseconds);
            int found = 0;
            foreach (Readiness one in _ready.AsSpan(0, count))
            {
                if (one.Key != ReadinessSet.WakeKey)
                {
                    ready[one.Key] = one.Events;
                    found++;
                }
            }

            wait.Trace?.Invoke(new("epoll_wait", $"{items.Length} sockets, {milliseconds}", _set.Interrupted ? -1 : found, _set.Interrupted ? Errno.EINTR : Errno.None));
            return found;
        }
        finally
        {
            ActiveWaits.Remove(wake);
        }
    }

    public override void Dispose() => _set.Dispose();

    // Looked at after the count of closed ones was taken: a close since the caller's look is told here, a later one by the count.
    private void Add(WaitItem item, int key, PollEvents events)
    {
        try
        {
            if (item.Channel.IsOpen)
            {
                _set.Add(item.Channel.Handle, key, events);
                return;
            }
        }
        catch (Exception e) when (e is ObjectDisposedException || !item.Channel.IsOpen)
        {
            // Closed in between.
        }

        throw new SocketCallException("poll", Errno.EBADF, item.Given);
    }
}
