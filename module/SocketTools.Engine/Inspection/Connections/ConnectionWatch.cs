using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools.Inspection;

/// <summary>What changed between two lists of sockets. It keeps the last one.</summary>
internal sealed class ConnectionWatch
{
    private Dictionary<object, SocketConnection>? _last;

    /// <summary>The changes since the list before; of the first list none.</summary>
    public List<SocketConnectionChange> Next(IEnumerable<SocketConnection> now, DateTimeOffset time)
    {
        Dictionary<object, SocketConnection> current = [];
        List<SocketConnectionChange> changes = [];
        foreach (SocketConnection connection in now)
        {
            if (!current.TryAdd(Key(connection), connection) || _last is null)
            {
                continue;
            }

            if (!_last.TryGetValue(Key(connection), out SocketConnection? before))
            {
                changes.Add(new SocketConnectionChange(time, SocketConnectionChangeKind.Opened, null, connection));
            }
            else if (before.State != connection.State)
            {
                changes.Add(new SocketConnectionChange(time, SocketConnectionChangeKind.Changed, before.State, connection));
            }
        }

        foreach ((object key, SocketConnection before) in _last ?? [])
        {
            if (!current.ContainsKey(key))
            {
                changes.Add(new SocketConnectionChange(time, SocketConnectionChangeKind.Closed, before.State, before));
            }
        }

        _last = current;
        return changes;
    }

    // A connection in TIME_WAIT is another object of the kernel, with another cookie and without an inode: its addresses are what stays.
    private static object Key(SocketConnection connection) => connection.RemotePort != 0
        ? (connection.Protocol, connection.LocalAddress, connection.LocalPort, connection.RemoteAddress, connection.RemotePort)
        : (connection.Protocol, connection.LocalAddress, connection.LocalPort, connection.Inode);
}
