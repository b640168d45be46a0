using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Collections.Generic;
using SocketTools.Inspection;
using SocketTools.Native;

namespace SocketTools;

/// <summary>A channel of ours beside the kernel's rows for it: this end, and the other one where it is on this machine.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Local">The kernel's row for this end; null where the platform has none.</param>
/// <param name="Remote">The kernel's row for the other end; null where it is on another machine, or gone.</param>
public sealed record SocketConnectionPair(SocketChannel Channel, SocketConnection? Local, SocketConnection? Remote)
{
    /// <summary>Finds the rows of a channel among all.</summary>
    internal static SocketConnectionPair Find(SocketChannel channel, IReadOnlyList<SocketConnection> all)
    {
        channel.CheckOpen("getsockname");
        ulong inode = InodeOf(channel.Descriptor);
        SocketConnection? local = null;
        foreach (SocketConnection each in all)
        {
            if (inode != 0 ? each.Inode == inode : Matches(each, channel.LocalEndPoint, channel.RemoteEndPoint))
            {
                local = each;
                break;
            }
        }

        SocketConnection? remote = null;
        foreach (SocketConnection each in local is null ? [] : all)
        {
            if (IsPeer(local!, each))
            {
                remote = each;
                break;
            }
        }

        return new SocketConnectionPair(channel, local, remote);
    }

    private static bool IsPeer(SocketConnection one, SocketConnection other) => one.LocalAddress is null
        ? one.PeerInode != 0 && other.LocalAddress is null && other.Inode == one.PeerInode && other.PeerInode == one.Inode
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
