using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools.Inspection;

/// <summary>What changed between two lists of sockets. It keeps the last one.</summary>
internal sealed class ConnectionWatch
{
    private List<Seen>? _last;

    /// <summary>The changes since the list before; of the first list none.</summary>
    public List<SocketConnectionChange> Next(IEnumerable<SocketConnection> now, DateTimeOffset time)
    {
        // A socket is known by its inode. One that no process holds, not yet or not any more, has none: its addresses are what stays.
        Dictionary<(string Protocol, ulong Inode), Seen> byInode = [];
        Dictionary<Ends, Seen> byEnds = [];
        foreach (Seen seen in _last ?? [])
        {
            if (seen.Connection.Inode != 0)
            {
                byInode.TryAdd((seen.Connection.Protocol, seen.Connection.Inode), seen);
            }

            if (seen.Connection.RemotePort != 0)
            {
                byEnds.TryAdd(Ends.Of(seen.Connection), seen);
            }
        }

        List<Seen> current = [];
        HashSet<(string Protocol, ulong Inode)> inodes = [];
        HashSet<Ends> ends = [];
        List<SocketConnectionChange> changes = [];
        foreach (SocketConnection connection in now)
        {
            // The kernel may list one twice when others come and go meanwhile.
            if ((connection.Inode != 0 && !inodes.Add((connection.Protocol, connection.Inode))) || (connection.RemotePort != 0 && !ends.Add(Ends.Of(connection))))
            {
                continue;
            }

            Seen? before = null;
            if ((connection.Inode != 0 && byInode.TryGetValue((connection.Protocol, connection.Inode), out before))
                || (connection.RemotePort != 0 && byEnds.TryGetValue(Ends.Of(connection), out before)))
            {
                before.Again = true;
            }

            // Who holds it is looked for at once, because when it is gone nobody knows.
            bool same = before is not null && (connection.Inode == 0 || before.Connection.Inode == connection.Inode);
            connection.KnownOwner = same && connection.Inode != 0 ? before!.Holder : connection.Owner;
            Seen seen = new(connection, connection.KnownOwner ?? before?.Holder);
            current.Add(seen);
            if (_last is not null && before?.Connection.State != connection.State)
            {
                SocketConnectionChangeKind kind = before is null ? SocketConnectionChangeKind.Opened : SocketConnectionChangeKind.Changed;
                changes.Add(new SocketConnectionChange(time, kind, before?.Connection.State, connection) { Holder = seen.Holder });
            }
        }

        foreach (Seen seen in _last ?? [])
        {
            if (!seen.Again)
            {
                changes.Add(new SocketConnectionChange(time, SocketConnectionChangeKind.Closed, seen.Connection.State, seen.Connection) { Holder = seen.Holder });
            }
        }

        _last = current;
        return changes;
    }

    private sealed record Seen(SocketConnection Connection, SocketOwner? Holder)
    {
        /// <summary>Whether it is in the next list, too.</summary>
        public bool Again { get; set; }
    }

    private readonly record struct Ends(string Protocol, IPAddress? Local, int LocalPort, IPAddress? Remote, int RemotePort, int Interface)
    {
        public static Ends Of(SocketConnection c) => new(c.Protocol, c.LocalAddress, c.LocalPort, c.RemoteAddress, c.RemotePort, c.InterfaceIndex);
    }
}
