using System;
using System.Net.Sockets;

namespace SocketTools.Calls;

/// <summary>A socket of a <see cref="ReadinessSet"/> that is ready.</summary>
internal readonly record struct Readiness(int Key, PollEvents Events);

/// <summary>
/// Many sockets watched by one thread: epoll(7) on Linux, <see cref="SystemCalls.Poll"/> elsewhere. One thread waits; any thread may add,
/// change, remove and wake.
/// </summary>
internal abstract class ReadinessSet : IDisposable
{
    /// <summary>What <see cref="Wait"/> tells after <see cref="Wake"/>.</summary>
    public const int WakeKey = -1;

    /// <summary>The set of this platform.</summary>
    public static ReadinessSet Create() =>
        OperatingSystem.IsLinux() && SystemCalls.Current is LibcSystemCalls ? new EpollReadinessSet() : new PollReadinessSet();

    /// <summary>Watches a socket. A key is a number of the caller's from 0.</summary>
    /// <param name="handle">The socket. It must be removed before it is closed.</param>
    /// <param name="key">Told when it is ready.</param>
    /// <param name="events">What to watch for; hang-up and error are always told.</param>
    /// <param name="once">Tells once, and then nothing until <see cref="Change"/>.</param>
    public abstract void Add(SafeSocketHandle handle, int key, PollEvents events, bool once = false);

    public abstract void Change(SafeSocketHandle handle, int key, PollEvents events, bool once = false);

    public abstract void Remove(SafeSocketHandle handle, int key);

    /// <summary>Waits until something is ready; returns how many, 0 when the time is over. -1 waits for ever.</summary>
    public abstract int Wait(Span<Readiness> ready, int milliseconds);

    /// <summary>Ends a wait, the present one or the next.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}
