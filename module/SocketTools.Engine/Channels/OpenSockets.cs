using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools;

/// <summary>
/// The channels and listeners that this process holds open, until each is closed. It keeps them alive, so that no finaliser closes
/// a socket behind its peer.
/// </summary>
public static class OpenSockets
{
    private static readonly ConcurrentDictionary<SocketChannel, SocketScope?> s_channels = new();
    private static readonly ConcurrentDictionary<SocketListener, SocketScope?> s_listeners = new();

    /// <summary>The open channels, by descriptor. A copy; safe from any thread.</summary>
    public static IReadOnlyList<SocketChannel> Channels => s_channels.Keys.OrderBy(static c => c.Descriptor).ToArray();

    /// <summary>The listeners, by descriptor. A copy; safe from any thread.</summary>
    public static IReadOnlyList<SocketListener> Listeners => s_listeners.Keys.OrderBy(static l => l.Descriptor).ToArray();

    internal static void Add(SocketChannel channel) => s_channels[channel] = SocketScope.Current;

    internal static void Add(SocketListener listener) => s_listeners[listener] = SocketScope.Current;

    internal static void Remove(SocketChannel channel) => s_channels.TryRemove(channel, out _);

    internal static void Remove(SocketListener listener) => s_listeners.TryRemove(listener, out _);

    /// <summary>What was opened in a scope and is still open.</summary>
    internal static IDisposable[] In(SocketScope scope) =>
    [
        .. s_listeners.Where(l => l.Value == scope).Select(static l => l.Key),
        .. s_channels.Where(c => c.Value == scope).Select(static c => c.Key),
    ];
}
