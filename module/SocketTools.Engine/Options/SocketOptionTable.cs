using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>The options that have a name of their own: socket(7), tcp(7), ip(7), ipv6(7), unix(7).</summary>
public static class SocketOptionTable
{
    private static readonly bool s_mac = OperatingSystem.IsMacOS();
    private static readonly List<SocketOptionDefinition> s_rows = Make();

    /// <summary>The options of this platform, in the order in which they are shown.</summary>
    public static IReadOnlyList<SocketOptionDefinition> Rows => s_rows;

    /// <summary>An option by its name here or in the header; null where there is none.</summary>
    public static SocketOptionDefinition? Find(string name) => s_rows.Find(r =>
        string.Equals(r.Option, name, StringComparison.OrdinalIgnoreCase) || string.Equals(r.Key.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The number of a level: SOL_SOCKET, IPPROTO_TCP, SOL_TCP, IPPROTO_IP, IPPROTO_IPV6, or the number itself; null where it is none.</summary>
    public static int? Level(string name) => name.ToUpperInvariant() switch
    {
        "SOL_SOCKET" or "SOCKET" => s_mac || OperatingSystem.IsWindows() ? 0xFFFF : 1,
        "IPPROTO_TCP" or "SOL_TCP" or "TCP" => 6,
        "IPPROTO_UDP" or "SOL_UDP" or "UDP" => 17,
        "IPPROTO_IP" or "SOL_IP" or "IP" => 0,
        "IPPROTO_IPV6" or "SOL_IPV6" or "IPV6" => 41,
        _ => int.TryParse(name, out int number) ? number : null,
    };

    private static List<SocketOptionDefinition> Make()
    {
        List<SocketOptionDefinition> rows = [];
        Socket("ReuseAddress", "SO_REUSEADDR", 2, 4, SocketOptionKind.Boolean, dotNet: SocketOptionName.ReuseAddress);
        Socket("ReusePort", "SO_REUSEPORT", 15, 0x200, SocketOptionKind.Boolean);
        Socket("Broadcast", "SO_BROADCAST", 6, 0x20, SocketOptionKind.Boolean, dotNet: SocketOptionName.Broadcast, applies: static (_, type) => type == SocketType.Dgram);
        Socket("DontRoute", "SO_DONTROUTE", 5, 0x10, SocketOptionKind.Boolean, dotNet: SocketOptionName.DontRoute);
        Socket("SendBuffer", "SO_SNDBUF", 7, 0x1001, SocketOptionKind.Integer, "bytes", SocketOptionName.SendBuffer);
        Socket("ReceiveBuffer", "SO_RCVBUF", 8, 0x1002, SocketOptionKind.Integer, "bytes", SocketOptionName.ReceiveBuffer);
        Socket("ReceiveLowWater", "SO_RCVLOWAT", 18, 0x1004, SocketOptionKind.Integer, "bytes", SocketOptionName.ReceiveLowWater);
        Socket("Linger", "SO_LINGER", 13, 0x1080, SocketOptionKind.Linger, "seconds", SocketOptionName.Linger, minimum: -1, maximum: 65535);
        Socket("OutOfBandInline", "SO_OOBINLINE", 10, 0x100, SocketOptionKind.Boolean, dotNet: SocketOptionName.OutOfBandInline, applies: IsTcp);
        Socket("Priority", "SO_PRIORITY", 12, 0, SocketOptionKind.Integer);
        Socket("BindToDevice", "SO_BINDTODEVICE", 25, 0, SocketOptionKind.Text, applies: IsInternet);
        Socket("PeerCredential", "SO_PEERCRED", 17, 0, SocketOptionKind.Credential, applies: static (family, _) => family == AddressFamily.Unix, readOnly: true);
        Tcp("NoDelay", "TCP_NODELAY", 1, 1, SocketOptionKind.Boolean, dotNet: SocketOptionName.NoDelay);
        Tcp("Cork", "TCP_CORK", 3, 4, SocketOptionKind.Boolean);
        Tcp("QuickAck", "TCP_QUICKACK", 12, 0, SocketOptionKind.Boolean);
        Socket("KeepAlive", "SO_KEEPALIVE", 9, 8, SocketOptionKind.Boolean, dotNet: SocketOptionName.KeepAlive, applies: IsTcp);
        Tcp("KeepAliveTime", "TCP_KEEPIDLE", 4, 0x10, SocketOptionKind.Integer, "seconds", SocketOptionName.TcpKeepAliveTime, 1, 32767);
        Tcp("KeepAliveInterval", "TCP_KEEPINTVL", 5, 0x101, SocketOptionKind.Integer, "seconds", SocketOptionName.TcpKeepAliveInterval, 1, 32767);
        Tcp("KeepAliveCount", "TCP_KEEPCNT", 6, 0x102, SocketOptionKind.Integer, "probes", SocketOptionName.TcpKeepAliveRetryCount, 1, 127);
        Tcp("UserTimeout", "TCP_USER_TIMEOUT", 18, 0, SocketOptionKind.Integer, "milliseconds");
        Tcp("FastOpen", "TCP_FASTOPEN", 23, 0x105, SocketOptionKind.Integer, "connections");
        Tcp("DeferAccept", "TCP_DEFER_ACCEPT", 9, 0, SocketOptionKind.Integer, "seconds");
        Tcp("MaximumSegment", "TCP_MAXSEG", 2, 2, SocketOptionKind.Integer, "bytes", null, 88, 32767);
        Ip("Ttl", "IP_TTL", 2, 4, 0, "IPPROTO_IP", SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, AddressFamily.InterNetwork, "hops", 1);
        Ip("Tos", "IP_TOS", 1, 3, 0, "IPPROTO_IP", SocketOptionLevel.IP, SocketOptionName.TypeOfService, AddressFamily.InterNetwork, "", 0);
        Ip("Ttl", "IPV6_UNICAST_HOPS", 16, 4, 41, "IPPROTO_IPV6", SocketOptionLevel.IPv6, SocketOptionName.HopLimit, AddressFamily.InterNetworkV6, "hops", 1);
        Ip("Tos", "IPV6_TCLASS", 67, 36, 41, "IPPROTO_IPV6", SocketOptionLevel.IPv6, null, AddressFamily.InterNetworkV6, "", 0);
        Multicast("MulticastTtl", "IP_MULTICAST_TTL", 33, 10, AddressFamily.InterNetwork, SocketOptionKind.Integer, SocketOptionName.MulticastTimeToLive, "hops");
        Multicast("MulticastTtl", "IPV6_MULTICAST_HOPS", 18, 10, AddressFamily.InterNetworkV6, SocketOptionKind.Integer, SocketOptionName.MulticastTimeToLive, "hops");
        Multicast("MulticastLoopback", "IP_MULTICAST_LOOP", 34, 11, AddressFamily.InterNetwork, SocketOptionKind.Boolean, SocketOptionName.MulticastLoopback);
        Multicast("MulticastLoopback", "IPV6_MULTICAST_LOOP", 19, 11, AddressFamily.InterNetworkV6, SocketOptionKind.Boolean, SocketOptionName.MulticastLoopback);
        Multicast("MulticastInterface", "IP_MULTICAST_IF", 32, 9, AddressFamily.InterNetwork, SocketOptionKind.Interface, SocketOptionName.MulticastInterface);
        Multicast("MulticastInterface", "IPV6_MULTICAST_IF", 17, 9, AddressFamily.InterNetworkV6, SocketOptionKind.Interface, SocketOptionName.MulticastInterface);
        rows.Add(new("V6Only", new(41, s_mac ? 27 : 26, "IPPROTO_IPV6", "IPV6_V6ONLY", SocketOptionLevel.IPv6, SocketOptionName.IPv6Only), SocketOptionKind.Boolean, "", static (family, _) => family == AddressFamily.InterNetworkV6));
        return rows;

        void Socket(string option, string name, int linux, int mac, SocketOptionKind kind, string unit = "", SocketOptionName? dotNet = null, int minimum = 0, int maximum = int.MaxValue, Func<AddressFamily, SocketType, bool>? applies = null, bool readOnly = false) =>
            Add(option, new(Level("SOL_SOCKET")!.Value, s_mac ? mac : linux, "SOL_SOCKET", name, SocketOptionLevel.Socket, dotNet), kind, unit, applies ?? (static (_, _) => true), minimum, maximum, readOnly);

        void Tcp(string option, string name, int linux, int mac, SocketOptionKind kind, string unit = "", SocketOptionName? dotNet = null, int minimum = 0, int maximum = int.MaxValue) =>
            Add(option, new(6, s_mac ? mac : linux, "IPPROTO_TCP", name, SocketOptionLevel.Tcp, dotNet), kind, unit, IsTcp, minimum, maximum, false);

        void Ip(string option, string name, int linux, int mac, int level, string levelName, SocketOptionLevel dotNetLevel, SocketOptionName? dotNet, AddressFamily family, string unit, int minimum) =>
            Add(option, new(level, s_mac ? mac : linux, levelName, name, dotNetLevel, dotNet), SocketOptionKind.Integer, unit, (f, _) => f == family, minimum, 255, false);

        void Multicast(string option, string name, int linux, int mac, AddressFamily family, SocketOptionKind kind, SocketOptionName dotNet, string unit = "")
        {
            bool ipv4 = family == AddressFamily.InterNetwork;
            SocketOptionKey key = new(ipv4 ? 0 : 41, s_mac ? mac : linux, ipv4 ? "IPPROTO_IP" : "IPPROTO_IPV6", name, ipv4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6, dotNet);
            Add(option, key, kind, unit, (f, type) => f == family && type == SocketType.Dgram, 0, 255, false);
        }

        void Add(string option, SocketOptionKey key, SocketOptionKind kind, string unit, Func<AddressFamily, SocketType, bool> applies, int minimum, int maximum, bool readOnly)
        {
            // Where macOS or Windows has no such option it is not in their table.
            if (key.Number != 0 && (!OperatingSystem.IsWindows() || key.DotNetName is not null))
            {
                rows.Add(new(option, key, kind, unit, applies, minimum, maximum, readOnly));
            }
        }
    }

    private static bool IsTcp(AddressFamily family, SocketType type) => IsInternet(family, type) && type == SocketType.Stream;

    private static bool IsInternet(AddressFamily family, SocketType type) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
}
