using System;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// The sockets of a wait. For many of them it keeps an epoll, and serves as long as the same ones are waited for: handing thousands to the kernel
/// each time costs far more than the wait. Used by one thread.
/// </summary>
internal sealed class WaitSet : IDisposable
{
    // From here on keeping an epoll costs less than handing everything to poll again.
    private const int EpollFrom = 128;

    private readonly object[] _given;
    private readonly WaitItem[] _items;
    private readonly bool _lasting;
    private int _closed = ActiveWaits.Closed - 1; // The first wait looks at each: one may have been closed since the caller did.
    private WaitEngine? _engine;
    private PollEvents _events;

    /// <summary>Makes a set.</summary>
    /// <param name="given">What the person gave, for <see cref="Fits"/>.</param>
    /// <param name="items">The same without what is no socket, and each once.</param>
    public WaitSet(ReadOnlySpan<object> given, ReadOnlySpan<WaitItem> items)
    {
        _given = given.ToArray();
        _items = items.ToArray();
        Ready = new PollEvents[_items.Length];

        // Somebody else's sockets can be closed without our hearing of it.
        _lasting = _items.Length == _given.Length && !Array.Exists(_items, static i => i.Channel.IsForeign);
    }

    public ReadOnlySpan<WaitItem> Items => _items;

    /// <summary>What came for each item; belongs to the wait under way.</summary>
    public PollEvents[] Ready { get; }

    /// <summary>Whether this is the set for what a person gives now, with every channel open still.</summary>
    public bool Fits(ReadOnlySpan<object> given)
    {
        if (!_lasting || given.Length != _given.Length || _closed != ActiveWaits.Closed)
        {
            return false;
        }

        for (int i = 0; i < given.Length; i++)
        {
            if (!ReferenceEquals(given[i], _given[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What watches the set for these events.</summary>
    public WaitEngine Engine(PollEvents events)
    {
        if (_engine is null || events != _events || _engine is EpollWaitEngine { IsStale: true })
        {
            _engine?.Dispose();
            _engine = null;
            bool epoll = _items.Length >= EpollFrom && OperatingSystem.IsLinux() && SystemCalls.Current is LibcSystemCalls;
            _engine = epoll ? new EpollWaitEngine(_items, events) : new PollWaitEngine();
            _events = events;
        }

        return _engine;
    }

    /// <summary>Throws EBADF for the first that is closed. Looks at each only when any channel has been closed since the last look.</summary>
    public void CheckOpen()
    {
        int closed = ActiveWaits.Closed;
        if (_lasting && closed == _closed)
        {
            return;
        }

        foreach (WaitItem item in _items)
        {
            if (!item.Channel.IsOpen)
            {
                throw new SocketCallException("poll", Errno.EBADF, item.Given);
            }
        }

        _closed = closed;
    }

    public void Dispose() => _engine?.Dispose();
}
