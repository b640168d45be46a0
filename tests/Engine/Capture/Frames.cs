using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;

namespace SocketTools.Tests.Capture;

/// <summary>Packets made by hand, sound in every length and checksum.</summary>
internal static class Frames
{
    public static readonly IPAddress Client = IPAddress.Parse("198.51.100.1");
    public static readonly IPAddress Server = IPAddress.Parse("198.51.100.2");
    public static readonly IPAddress Client6 = IPAddress.Parse("fd00:97::1");
    public static readonly IPAddress Server6 = IPAddress.Parse("fd00:97::2");

    public static readonly IPAddress Group6 = IPAddress.Parse("ff02::fb");

    /// <summary>Options of a SYN: segment size, SACK, time stamps, window scale.</summary>
    public static readonly byte[] SynOptions = Convert.FromHexString("020405b40402080a01020304000000000103030a");

    public static byte[] Ethernet(int type, byte[] payload) => [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, (byte)(type >> 8), (byte)type, .. payload];

    public static byte[] Vlan(int control, int type, byte[] payload) => [(byte)(control >> 8), (byte)control, (byte)(type >> 8), (byte)type, .. payload];

    public static byte[] IPv4(byte protocol, byte[] payload, int fragment = 0, byte[]? options = null)
    {
        options ??= [];
        byte[] header = new byte[20 + options.Length];
        header[0] = (byte)(0x40 | (header.Length / 4));
        header[1] = 0xB9; // expedited forwarding, ECT(1)
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), 0xBEEF);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)fragment);
        (header[8], header[9]) = (63, protocol);
        Client.TryWriteBytes(header.AsSpan(12), out _);
        Server.TryWriteBytes(header.AsSpan(16), out _);
        options.CopyTo(header, 20);
        Sum(header, 10, 0, header);
        byte[] carried = fragment == 0 ? Summed(protocol, payload, header.AsSpan(12, 8)) : payload;
        return [.. header, .. carried];
    }

    public static byte[] IPv6(byte next, byte[] payload, byte? protocol = null)
    {
        byte[] header = new byte[40];
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x6BA1_2345);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload.Length);
        (header[6], header[7]) = (next, 255);
        Client6.TryWriteBytes(header.AsSpan(8), out _);
        Server6.TryWriteBytes(header.AsSpan(24), out _);
        int extension = protocol is null ? 0 : payload.Length;
        return [.. header, .. extension == 0 ? Summed(next, payload, header.AsSpan(8, 32)) : payload];
    }

    public static byte[] Tcp(TcpFlags flags, byte[]? options = null, byte[]? payload = null)
    {
        byte[] header = new byte[20 + (options?.Length ?? 0)];
        BinaryPrimitives.WriteUInt16BigEndian(header, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), 9734);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 0xFFFFFFF0);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), 0x80000001);
        (header[12], header[13]) = ((byte)(header.Length << 2), (byte)flags);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), 512);
        options?.CopyTo(header, 20);
        return [.. header, .. payload ?? []];
    }

    public static byte[] Udp(byte[] payload) => [0x9C, 0x40, 0x26, 0x06, (byte)((payload.Length + 8) >> 8), (byte)(payload.Length + 8), 0, 0, .. payload];

    public static byte[] Icmp(byte type, byte code, uint rest, byte[]? data = null) =>
        [type, code, 0, 0, (byte)(rest >> 24), (byte)(rest >> 16), (byte)(rest >> 8), (byte)rest, .. data ?? []];

    public static byte[] Arp(int operation) =>
        [0, 1, 8, 0, 6, 4, 0, (byte)operation, 2, 0, 0, 0, 0, 1, .. Client.GetAddressBytes(), 2, 0, 0, 0, 0, 2, .. Server.GetAddressBytes()];

    public static byte[] Cooked(byte[] payload) => [0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0, .. payload];

    public static byte[] Cooked2(byte[] payload) => [8, 0, 0, 0, 0, 0, 0, 7, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, .. payload];

    public static SocketPacket Decode(string kind) => Decode(All[kind].Link, All[kind].Bytes);

    public static SocketPacket Decode(LinkType link, byte[] bytes, int? length = null) => SocketPacket.Decode(1, 1_700_000_000_123_456_789, link, bytes, length ?? bytes.Length);

    /// <summary>One of every kind that is decoded, each without a fault, by a name for tests.</summary>
    public static IReadOnlyDictionary<string, (LinkType Link, byte[] Bytes)> All { get; } = Make();

    private static Dictionary<string, (LinkType Link, byte[] Bytes)> Make()
    {
        byte[] tcp = Tcp(TcpFlags.PSH | TcpFlags.ACK, payload: "hello"u8.ToArray());
        byte[] quoted = IPv4(6, Tcp(TcpFlags.SYN, SynOptions));
        byte[] quoted6 = IPv6(17, Udp("to nobody"u8.ToArray()));
        byte[] Target(IPAddress address) => address.GetAddressBytes();
        Dictionary<string, (LinkType, byte[])> all = new()
        {
            ["tcp"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(6, tcp))),
            ["tcp syn"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(6, Tcp(TcpFlags.SYN | TcpFlags.ECE | TcpFlags.CWR, SynOptions)))),
            ["tcp sack"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(6, Tcp(TcpFlags.ACK, Convert.FromHexString("0101051200000001000000ff0000010000000200"))))),
            ["tcp odd options"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(6, Tcp(TcpFlags.SYN, Convert.FromHexString("1c048001fd04f989220a01020304050607080100"))))),
            ["tcp urgent"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(6, Urgent(tcp)))),
            ["tcp6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(6, tcp))),
            ["udp"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(17, Udp("datagram"u8.ToArray())))),
            ["udp padded"] = (LinkType.Ethernet, [.. Ethernet(0x0800, IPv4(17, Udp([1]))), .. new byte[17]]),
            ["udp6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(17, Udp([])))),
            ["vlan"] = (LinkType.Ethernet, Ethernet(0x8100, Vlan(0xB007, 0x0800, IPv4(17, Udp([1, 2]))))),
            ["two vlans"] = (LinkType.Ethernet, Ethernet(0x8100, Vlan(100, 0x8100, Vlan(7, 0x86DD, IPv6(17, Udp([1])))))),
            ["arp question"] = (LinkType.Ethernet, Ethernet(0x0806, Arp(1))),
            ["arp answer"] = (LinkType.Ethernet, [.. Ethernet(0x0806, Arp(2)), .. new byte[18]]),
            ["raw"] = (LinkType.Raw, IPv4(6, tcp)),
            ["raw6"] = (LinkType.Raw, IPv6(6, tcp)),
            ["ipv4"] = (LinkType.Ipv4, IPv4(17, Udp([1]))),
            ["ipv6"] = (LinkType.Ipv6, IPv6(17, Udp([1]))),
            ["null"] = (LinkType.Null, [2, 0, 0, 0, .. IPv4(6, tcp)]),
            ["null big-endian"] = (LinkType.Null, [0, 0, 0, 30, .. IPv6(6, tcp)]),
            ["loop"] = (LinkType.Loop, [0, 0, 0, 2, .. IPv4(6, tcp)]),
            ["cooked"] = (LinkType.LinuxCooked, Cooked(IPv4(6, tcp))),
            ["cooked2"] = (LinkType.LinuxCooked2, Cooked2(IPv4(6, tcp))),
            ["ipv4 options"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(17, Udp([1]), options: [0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0]))),
            ["fragment first"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(17, [0x9C, 0x40, 0x26, 0x06, 0, 40, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], fragment: 0x2000))),
            ["fragment last"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(17, new byte[24], fragment: 0xFF))),
            ["fragment6 first"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(44, [17, 0, 0, 1, 0, 0, 0x12, 0x34, 0x9C, 0x40, 0x26, 0x06, 0, 40, 0xBE, 0xEF], 17))),
            ["fragment6 last"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(44, [17, 0, 0, 8, 0, 0, 0x12, 0x34, .. new byte[32]], 17))),
            ["extensions"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(0, [43, 0, 5, 2, 0, 0, 1, 0, 60, 2, 4, 0, 0, 0, 0, 0, .. Target(Server6), 59, 0, 1, 4, 0, 0, 0, 0], 59))),
            ["ip in ip"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(4, IPv4(6, tcp)))),
            ["ipv6 in ip"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(41, IPv6(17, Udp([1]))))),
            ["echo"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(8, 0, 0x12340007, "abc"u8.ToArray())))),
            ["echo6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(129, 0, 0x12340007, "abc"u8.ToArray())))),
            ["time stamp"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(13, 0, 0x00010002, new byte[12])))),
            ["port unreachable"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(3, 3, 0, quoted)))),
            ["fragmentation needed"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(3, 4, 1400, quoted[..28])))),
            ["redirect"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(5, 1, 0xC6336402, quoted[..28])))),
            ["time exceeded"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(11, 0, 0, quoted[..28])))),
            ["parameter problem"] = (LinkType.Ethernet, Ethernet(0x0800, IPv4(1, Icmp(12, 0, 0x14000000, quoted[..28])))),
            ["port unreachable 6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(1, 4, 0, quoted6)))),
            ["too big"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(2, 0, 1400, quoted6)))),
            ["time exceeded 6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(3, 0, 0, quoted6)))),
            ["parameter problem 6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(4, 1, 6, quoted6)))),
            ["solicitation"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(135, 0, 0, [.. Target(Server6), 1, 1, 2, 0, 0, 0, 0, 1])))),
            ["advertisement"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(136, 0, 0x60000000, [.. Target(Server6), 2, 1, 2, 0, 0, 0, 0, 2])))),
            ["router"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(134, 0, 0x40000708, [.. new byte[8], 5, 1, 0, 0, 0, 0, 5, 0xDC])))),
            ["group query"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(130, 0, 0x27100000, Target(Group6))))),
            ["group report"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(143, 0, 2, [4, 0, 0, 0, .. Target(Group6), 1, 0, 0, 2, .. Target(Group6), .. Target(Server6), .. Target(Client6)])))),
            ["snap"] = (LinkType.Ethernet, Ethernet(8 + IPv4(6, tcp).Length, [0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. IPv4(6, tcp)])),
            ["snap of another"] = (LinkType.Ethernet, Ethernet(12, [0xAA, 0xAA, 3, 0x12, 0x34, 0x56, 0x77, 0x88, 1, 2, 3, 4])),
            ["llc"] = (LinkType.Ethernet, Ethernet(7, [0x30, 0x32, 3, 1, 2, 3, 4])),
            ["llc numbered"] = (LinkType.Ethernet, Ethernet(6, [0x30, 0x33, 0x02, 0x04, 1, 2])),
            ["redirect 6"] = (LinkType.Ethernet, Ethernet(0x86DD, IPv6(58, Icmp(137, 0, 0, [.. Target(Client6), .. Target(Server6)])))),
        };
        return all;
    }

    private static byte[] Urgent(byte[] tcp)
    {
        byte[] urgent = [.. tcp];
        urgent[13] |= (byte)TcpFlags.URG;
        urgent[19] = 5;
        return urgent;
    }

    // Puts in the checksum of what is carried.
    private static byte[] Summed(byte protocol, byte[] payload, ReadOnlySpan<byte> addresses)
    {
        byte[] summed = [.. payload];
        int at = protocol switch { 6 => 16, 17 => 6, 1 or 58 => 2, _ => -1 };
        if (at >= 0)
        {
            ulong pseudo = protocol == 1 ? 0 : Checksum.Add(protocol + (ulong)payload.Length, addresses);
            Sum(summed, at, pseudo, summed);
        }

        return summed;
    }

    private static void Sum(byte[] target, int at, ulong start, byte[] bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target.AsSpan(at), 0);
        BinaryPrimitives.WriteUInt16BigEndian(target.AsSpan(at), Checksum.Finish(Checksum.Add(start, bytes)));
    }
}
