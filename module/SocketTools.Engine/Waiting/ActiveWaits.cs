using System;
using System.Collections.Concurrent;
using System.Threading;

namespace SocketTools;

/// <summary>
/// The waits over many channels that are under way. The kernel does not tell poll(2) or epoll(7) that one of their descriptors was closed; so
/// whoever closes a channel wakes them all, and each looks whether the channel was one of its own.
/// </summary>
internal static class ActiveWaits
{
    private static readonly ConcurrentDictionary<Action, byte> s_wakes = new();
    private static int s_closed;

    /// <summary>Changes with each channel that is closed.</summary>
    public static int Closed => Volatile.Read(ref s_closed);

    public static void Add(Action wake) => s_wakes[wake] = 0;

    public static void Remove(Action wake) => s_wakes.TryRemove(wake, out _);

    /// <summary>Called when a channel says that it is closed, before its descriptor goes.</summary>
    public static void ChannelClosed()
    {
        Interlocked.Increment(ref s_closed);
        if (!s_wakes.IsEmpty)
        {
            foreach ((Action wake, _) in s_wakes)
            {
                wake();
            }
        }
    }
}
