using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools;

/// <summary>
/// What this process holds open beside sockets: channels, FIFOs and memory that it made, until each is closed. It keeps them alive, so that no
/// finaliser closes one behind its peer.
/// </summary>
public static class OpenIpc
{
    private static readonly ConcurrentDictionary<IDisposable, SocketScope?> s_open = new();

    /// <summary>What is open now. A copy; safe from any thread.</summary>
    public static IReadOnlyCollection<IDisposable> All => s_open.Keys.ToArray();

    internal static void Add(IDisposable opened) => s_open[opened] = SocketScope.Current;

    internal static void Remove(IDisposable closed) => s_open.TryRemove(closed, out _);

    /// <summary>What was opened in a scope and is still open.</summary>
    internal static IDisposable[] In(SocketScope scope) => [.. s_open.Where(o => o.Value == scope).Select(static o => o.Key)];
}
