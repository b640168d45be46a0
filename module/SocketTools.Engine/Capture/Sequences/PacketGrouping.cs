using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools.Capture;

/// <summary>Sorts packets into connections and exchanges of datagrams, in the order in which they begin.</summary>
internal sealed class PacketGrouping
{
    // Linux and others hand out ports from here on to clients that name none.
    private const int FirstEphemeralPort = 32768;

    // Below are the ports of the well-known services (RFC 6335).
    private const int FirstUserPort = 1024;

    private readonly Dictionary<(bool Stream, IPEndPoint One, IPEndPoint Other), PacketGroup> _open = [];
    private readonly List<PacketGroup> _groups = [];

    public IReadOnlyList<PacketGroup> Groups => _groups;

    /// <summary>Takes a packet; false where it belongs to no connection and is no datagram.</summary>
    public bool Add(SocketPacket packet)
    {
        if (packet.Icmp is { } icmp)
        {
            return AddError(packet, icmp);
        }

        // Without its flags a segment tells nothing.
        if (packet is not { Source: { } source, Destination: { } destination } || (packet.Udp is null && packet.Tcp is not { Captured.Length: >= 16 }))
        {
            return false;
        }

        PacketGroup? group = Find(packet.Tcp is not null, source, destination);
        SocketSequenceSide from = group?.SideOf(source) ?? SocketSequenceSide.Client;
        if (group is null || (packet.Tcp is { } tcp && group.IsOver(tcp, from)))
        {
            group = Begin(packet, source, destination);
            from = group.SideOf(source);
        }

        group.Add(packet, from);
        return true;
    }

    // An error is about a packet that it quotes, and is for who sent that one. Whoever reports it is drawn as the other side.
    private bool AddError(SocketPacket packet, IcmpLayer icmp)
    {
        if (IcmpText.Error(icmp) is null)
        {
            return false;
        }

        SocketPacket quoted = SocketPacket.Decode(0, 0, LinkType.Raw, icmp.Carried, icmp.PayloadLength);
        if (quoted is not { Source: { } source, Destination: { } destination } || (quoted.Tcp is null && quoted.Udp is null)
            || Find(quoted.Tcp is not null, source, destination) is not { } group)
        {
            return false;
        }

        group.Add(packet, group.SideOf(source) == SocketSequenceSide.Client ? SocketSequenceSide.Server : SocketSequenceSide.Client);
        return true;
    }

    private PacketGroup? Find(bool stream, IPEndPoint one, IPEndPoint other) =>
        _open.TryGetValue((stream, one, other), out PacketGroup? group) || _open.TryGetValue((stream, other, one), out group) ? group : null;

    private PacketGroup Begin(SocketPacket packet, IPEndPoint source, IPEndPoint destination)
    {
        bool stream = packet.Tcp is not null;
        PacketGroup group = IsFromClient(packet, source, destination) ? new(stream, source, destination) : new(stream, destination, source);
        _open.Remove((stream, destination, source));
        _open[(stream, source, destination)] = group;
        _groups.Add(group);
        return group;
    }

    // Who asks is the client. In the middle of a connection the ports tell, and where they do not, who is heard first.
    private static bool IsFromClient(SocketPacket packet, IPEndPoint source, IPEndPoint destination)
    {
        if (packet.Tcp is { } tcp && (tcp.Flags & TcpFlags.SYN) != 0)
        {
            return (tcp.Flags & TcpFlags.ACK) == 0;
        }

        int own = packet.Tcp is null ? FirstUserPort : FirstEphemeralPort;
        return (source.Port >= own || destination.Port < own) && (source.Port >= FirstUserPort || destination.Port < FirstUserPort);
    }
}
