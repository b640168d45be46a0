using System;
using System.Collections.Generic;

namespace SocketTools.Inspection;

/// <summary>A constant as the headers have it: its number on Linux, on macOS and on Windows; -1 where the headers of that platform lack it.</summary>
internal sealed record ConstantRow(string Name, string Meaning, int Linux, int Mac = -1, int Windows = -1)
{
    public int Number => OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? Mac : Linux;
}

/// <summary>A protocol, and the socket that it is asked for with.</summary>
internal sealed record ProtocolRow(string Name, string Meaning, int Number, string Family, string Type, bool LinuxOnly = false);

/// <summary>The domains, types and protocols of sockets (socket(2), address_families(7), protocols(5)).</summary>
internal static class SocketConstantTable
{
    public static IReadOnlyList<ConstantRow> Families { get; } =
    [
        new("AF_UNSPEC", "None: any family, where an address is looked up", 0, 0, 0),
        new("AF_UNIX", "Processes of this machine, by a path or a name (unix(7)); AF_LOCAL is the same", 1, 1, 1),
        new("AF_INET", "Internet, IPv4 (ip(7))", 2, 2, 2),
        new("AF_AX25", "Amateur radio, AX.25", 3),
        new("AF_IPX", "Novell IPX, a descendant of XNS", 4, 23, 6),
        new("AF_APPLETALK", "AppleTalk (ddp(7))", 5, 16, 16),
        new("AF_NETROM", "Amateur radio, NET/ROM", 6),
        new("AF_XNS", "Xerox Network Systems; AF_NS in the BSDs", -1, 6, 6),
        new("AF_ISO", "ISO protocols (OSI)", -1, 7, 7),
        new("AF_ATMPVC", "ATM, permanent circuits", 8),
        new("AF_X25", "X.25 packet networks (x25(7))", 9),
        new("AF_INET6", "Internet, IPv6 (ipv6(7))", 10, 30, 23),
        new("AF_ROSE", "Amateur radio, X.25 PLP", 11),
        new("AF_DECnet", "DECnet", 12, 12, 12),
        new("AF_KEY", "Keys of IPsec", 15),
        new("AF_NETLINK", "The kernel itself: routes, links, sockets (netlink(7)); AF_ROUTE is the same on Linux", 16),
        new("AF_ROUTE", "The kernel's routes (route(4) of the BSDs)", 16, 17),
        new("AF_PACKET", "Frames of a network interface (packet(7))", 17),
        new("AF_ATMSVC", "ATM, switched circuits", 20),
        new("AF_RDS", "Reliable datagrams", 21),
        new("AF_SNA", "IBM SNA", 22, 11, 11),
        new("AF_PPPOX", "PPP over Ethernet, L2TP", 24),
        new("AF_LLC", "IEEE 802.2 logical link control", 26),
        new("AF_IB", "InfiniBand addresses", 27),
        new("AF_MPLS", "Multiprotocol label switching", 28),
        new("AF_CAN", "Controller area network of vehicles", 29),
        new("AF_TIPC", "Cluster domain sockets, TIPC", 30),
        new("AF_BLUETOOTH", "Bluetooth", 31, -1, 32),
        new("AF_RXRPC", "Remote procedure calls of AFS", 33),
        new("AF_PHONET", "Modems of Nokia", 35),
        new("AF_IEEE802154", "Wireless personal networks", 36),
        new("AF_ALG", "The kernel's cryptography", 38),
        new("AF_NFC", "Near-field communication", 39),
        new("AF_VSOCK", "A virtual machine and its host (vsock(7))", 40, 40),
        new("AF_KCM", "Messages over TCP, framed in the kernel", 41),
        new("AF_QIPCRTR", "Processors of one chip, Qualcomm", 42),
        new("AF_SMC", "Shared memory between machines", 43),
        new("AF_XDP", "Frames past the network stack (XDP)", 44),
        new("AF_MCTP", "Management components", 45),
    ];

    public static IReadOnlyList<ConstantRow> Types { get; } =
    [
        new("SOCK_STREAM", "A stream of bytes, in order, over a connection: what was sent apart may come together", 1, 1, 1),
        new("SOCK_DGRAM", "Messages of limited length with their boundaries, without a connection; over a network they may be lost, doubled or out of order", 2, 2, 2),
        new("SOCK_RAW", "Packets of the protocol below, with a privilege (raw(7))", 3, 3, 3),
        new("SOCK_RDM", "Messages that are not lost, in no order", 4, 4, 4),
        new("SOCK_SEQPACKET", "Messages with their boundaries, in order, over a connection", 5, 5, 5),
        new("SOCK_DCCP", "Messages with congestion control (RFC 4340)", 6),
        new("SOCK_PACKET", "Frames of an interface in the way of Linux 2.0; AF_PACKET has taken its place", 10),
    ];

    public static IReadOnlyList<ProtocolRow> Protocols { get; } =
    [
        new("IPPROTO_IP", "0: the one that goes with the family and the type", 0, "AF_INET", "SOCK_STREAM"),
        new("IPPROTO_ICMP", "Messages about the network, ping (RFC 792; icmp(7))", 1, "AF_INET", "SOCK_RAW"),
        new("IPPROTO_IGMP", "Membership of multicast groups (RFC 9776)", 2, "AF_INET", "SOCK_RAW"),
        new("IPPROTO_TCP", "A stream without loss (RFC 9293; tcp(7))", 6, "AF_INET", "SOCK_STREAM"),
        new("IPPROTO_UDP", "Datagrams (RFC 768; udp(7))", 17, "AF_INET", "SOCK_DGRAM"),
        new("IPPROTO_DCCP", "Datagrams with congestion control (RFC 4340)", 33, "AF_INET", "SOCK_DCCP", LinuxOnly: true),
        new("IPPROTO_ICMPV6", "Messages about the network for IPv6 (RFC 4443)", 58, "AF_INET6", "SOCK_RAW"),
        new("IPPROTO_SCTP", "Several streams of messages over one association (RFC 9260; sctp(7))", 132, "AF_INET", "SOCK_STREAM"),
        new("IPPROTO_UDPLITE", "Datagrams whose checksum may leave a part out (RFC 3828)", 136, "AF_INET", "SOCK_DGRAM", LinuxOnly: true),
        new("IPPROTO_RAW", "IP packets whose header the program writes (raw(7))", 255, "AF_INET", "SOCK_RAW"),
        new("IPPROTO_MPTCP", "TCP over several paths (RFC 8684)", 262, "AF_INET", "SOCK_STREAM", LinuxOnly: true),
        new("TIPC", "Messages in a cluster; 0, the only protocol of its family", 0, "AF_TIPC", "SOCK_RDM", LinuxOnly: true),
    ];
}
