using System;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>How a set of sockets is watched: handed to poll(2) each time, or kept in an epoll(7).</summary>
internal abstract class WaitEngine : IDisposable
{
    /// <summary>Waits once, and fills what came for each item. Returns how many are ready; 0 when the time is over, a token fired or a channel was closed.</summary>
    public abstract int Wait(ReadOnlySpan<WaitItem> items, Span<PollEvents> ready, PollEvents events, int milliseconds, SocketWait wait);

    public abstract void Dispose();
}
