using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Capture;

/// <summary>IP packets around payloads, with checksums that are right.</summary>
internal static class SyntheticPackets
{
    private const int TcpHeader = 20;
    private const int UdpHeader = 8;
    private const byte TimeToLive = 64;

    /// <summary>The most bytes of a segment, as the loopback of Linux has them: 64 KiB less one and the headers.</summary>
    public static int MaximumSegment(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 65475 : 65495;

    /// <summary>The most bytes of a datagram.</summary>
    public static int MaximumDatagram(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 65527 : 65507;

    /// <summary>A segment of TCP (RFC 9293). One with SYN announces the largest segment.</summary>
    public static byte[] Tcp(IPEndPoint from, IPEndPoint to, uint sequence, uint acknowledgement, TcpFlags flags, ReadOnlySpan<byte> data)
    {
        int options = (flags & TcpFlags.SYN) != 0 ? 4 : 0;
        byte[] packet = Ip(from.Address, to.Address, 6, TcpHeader + options + data.Length, out Span<byte> tcp);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgement);
        tcp[12] = (byte)((TcpHeader + options) << 2);
        tcp[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], (flags & TcpFlags.RST) != 0 ? (ushort)0 : ushort.MaxValue);
        if (options > 0)
        {
            tcp[20] = 2; // MSS
            tcp[21] = 4;
            BinaryPrimitives.WriteUInt16BigEndian(tcp[22..], (ushort)MaximumSegment(from.Address));
        }

        data.CopyTo(tcp[(TcpHeader + options)..]);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum.Finish(Checksum.Add(PseudoHeader(from.Address, to.Address, 6, tcp.Length), tcp)));
        return packet;
    }

    /// <summary>A datagram of UDP (RFC 768). What has no room in one is cut.</summary>
    public static byte[] Udp(IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, MaximumDatagram(from.Address))];
        byte[] packet = Ip(from.Address, to.Address, 17, UdpHeader + data.Length, out Span<byte> udp);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        data.CopyTo(udp[UdpHeader..]);
        ushort checksum = Checksum.Finish(Checksum.Add(PseudoHeader(from.Address, to.Address, 17, udp.Length), udp));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? ushort.MaxValue : checksum); // 0 would be none
        return packet;
    }

    private static byte[] Ip(IPAddress from, IPAddress to, byte protocol, int length, out Span<byte> payload)
    {
        byte[] packet;
        if (from.AddressFamily == AddressFamily.InterNetworkV6)
        {
            packet = new byte[40 + length];
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)length);
            packet[6] = protocol;
            packet[7] = TimeToLive;
            from.TryWriteBytes(packet.AsSpan(8), out _);
            to.TryWriteBytes(packet.AsSpan(24), out _);
            payload = packet.AsSpan(40);
            return packet;
        }

        packet = new byte[20 + length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[6] = 0x40; // don't fragment
        packet[8] = TimeToLive;
        packet[9] = protocol;
        from.TryWriteBytes(packet.AsSpan(12), out _);
        to.TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum.Finish(Checksum.Add(0, packet.AsSpan(0, 20))));
        payload = packet.AsSpan(20);
        return packet;
    }

    private static ulong PseudoHeader(IPAddress from, IPAddress to, byte protocol, int length)
    {
        Span<byte> addresses = stackalloc byte[32];
        from.TryWriteBytes(addresses, out int count);
        to.TryWriteBytes(addresses[count..], out _);
        return Checksum.Add(protocol + (ulong)length, addresses[..(2 * count)]);
    }
}
