using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools.Capture;

/// <summary>The packets of one connection, or of one exchange of datagrams between two addresses.</summary>
internal sealed class PacketGroup(bool stream, IPEndPoint client, IPEndPoint server)
{
    private const int LookBack = 8;

    private readonly List<(SocketPacket Packet, SocketSequenceSide From)> _packets = [];
    private readonly uint?[] _synNumbers = new uint?[2];
    private bool _onlySyn = true;

    public bool Stream { get; } = stream;

    public IPEndPoint Client { get; } = client;

    public IPEndPoint Server { get; } = server;

    public IReadOnlyList<(SocketPacket Packet, SocketSequenceSide From)> Packets => _packets;

    public SocketSequenceSide SideOf(IPEndPoint source) => source.Equals(Client) ? SocketSequenceSide.Client : SocketSequenceSide.Server;

    public void Add(SocketPacket packet, SocketSequenceSide from)
    {
        if (IsCopy(packet, from))
        {
            return;
        }

        if (packet.Tcp is { } tcp)
        {
            bool syn = (tcp.Flags & TcpFlags.SYN) != 0;
            _synNumbers[(int)from] ??= syn ? tcp.SequenceNumber : null;
            _onlySyn &= (tcp.Flags & (TcpFlags.SYN | TcpFlags.ACK)) == TcpFlags.SYN;
        }

        _packets.Add((packet, from));
    }

    /// <summary>Whether a SYN begins another connection between the same addresses: its number is not that of the SYN that this one began with.</summary>
    public bool IsOver(TcpLayer tcp, SocketSequenceSide from) =>
        (tcp.Flags & (TcpFlags.SYN | TcpFlags.ACK | TcpFlags.RST)) == TcpFlags.SYN
        && (_synNumbers[(int)from] is { } number ? number != tcp.SequenceNumber : !_onlySyn);

    // A capture of several interfaces has a packet once for each that it passes.
    private bool IsCopy(SocketPacket packet, SocketSequenceSide from)
    {
        for (int i = _packets.Count - 1; i >= 0 && i >= _packets.Count - LookBack; i--)
        {
            (SocketPacket earlier, SocketSequenceSide side) = _packets[i];
            if (side == from && (earlier.Direction != packet.Direction || earlier.Interface != packet.Interface) && Same(earlier, packet))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Same(SocketPacket one, SocketPacket other) =>
        (one.Ip as IPv4Layer)?.Identification == (other.Ip as IPv4Layer)?.Identification
        && one.Tcp?.SequenceNumber == other.Tcp?.SequenceNumber && one.Tcp?.AcknowledgmentNumber == other.Tcp?.AcknowledgmentNumber
        && one.Tcp?.Flags == other.Tcp?.Flags && one.Tcp?.Window == other.Tcp?.Window && one.Icmp is null == other.Icmp is null
        && one.Payload.AsSpan().SequenceEqual(other.Payload);
}
