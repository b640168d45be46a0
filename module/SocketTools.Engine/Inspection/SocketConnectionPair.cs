using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SocketTools.Inspection;
using SocketTools.Native;

namespace SocketTools;

/// <summary>A channel of ours beside the kernel's rows for it: this end, and the other one where it is on this machine.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Local">The kernel's row for this end; null where the platform has none.</param>
/// <param name="Remote">The kernel's row for the other end; null where it is on another machine, or gone.</param>
public sealed record SocketConnectionPair(SocketChannel Channel, SocketConnection? Local, SocketConnection? Remote)
{
    /// <summary>Looks for the rows of a channel.</summary>
    internal static SocketConnectionPair Of(SocketChannel channel, SystemCallTrace? trace)
    {
        channel.CheckOpen("getsockname");
        bool unix = channel.AddressFamily == AddressFamily.Unix;
        ConnectionQuery query = new(Tcp: !unix && channel.SocketType == SocketType.Stream, Udp: !unix && channel.SocketType == SocketType.Dgram, Raw: !unix && channel.SocketType == SocketType.Raw, Unix: unix);
        if (channel.LocalEndPoint is not IPEndPoint { Port: > 0 and var port })
        {
            return Find(channel, ConnectionTable.List(query, trace));
        }

        // Its own row has the port on this side, that of the other end has it on the other one.
        List<SocketConnection> rows = ConnectionTable.List(query with { LocalPort = port }, trace);
        rows.AddRange(ConnectionTable.List(query with { RemotePort = port }, trace));
        return Find(channel, rows);
    }

    /// <summary>Finds the rows of a channel among others.</summary>
    internal static SocketConnectionPair Find(SocketChannel channel, IReadOnlyList<SocketConnection> all)
    {
        ulong inode = InodeOf(channel.Descriptor);

        // In TIME_WAIT the kernel keeps the addresses only, so that the inode leads to nothing though the descriptor is still open.
        SocketConnection? local = all.FirstOrDefault(c => inode != 0 && c.Inode == inode)
            ?? all.FirstOrDefault(c => (c.Inode == 0 || inode == 0) && Matches(c, channel.LocalEndPoint, channel.RemoteEndPoint));
        return new SocketConnectionPair(channel, local, local is null ? null : all.FirstOrDefault(c => IsPeer(local, c)));
    }

    private static bool IsPeer(SocketConnection one, SocketConnection other) => one.LocalAddress is null
        ? one.PeerInode != 0 && other.LocalAddress is null && other.Inode == one.PeerInode
        : one.RemotePort != 0 && other.Protocol == one.Protocol && other.LocalPort == one.RemotePort && other.RemotePort == one.LocalPort
            && Same(other.LocalAddress, one.RemoteAddress) && Same(other.RemoteAddress, one.LocalAddress);

    private static bool Matches(SocketConnection row, EndPoint? local, EndPoint? remote) =>
        local is IPEndPoint here && row.LocalPort == here.Port && Same(row.LocalAddress, here.Address)
        && (remote is IPEndPoint there ? row.RemotePort == there.Port && Same(row.RemoteAddress, there.Address) : row.RemotePort == 0);

    // A dual-stack socket has IPv4 in IPv6, its peer on an IPv4 socket has not.
    private static bool Same(IPAddress? one, IPAddress? other) => one is not null && other is not null && Plain(one).Equals(Plain(other));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static ulong InodeOf(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<byte> link = stackalloc byte[64];
        int length = LibcNumbers.ReadLink($"/proc/self/fd/{descriptor}", link);
        return SocketOwners.TryInode(link[..Math.Max(length, 0)], out ulong inode) ? inode : 0;
    }
}
