namespace SocketTools;

/// <summary>Numbers of protocols in IP (IANA "protocol-numbers").</summary>
internal static class IPProtocols
{
    public const byte HopByHop = 0;
    public const byte Icmp = 1;
    public const byte IPv4 = 4;
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte IPv6 = 41;
    public const byte Routing = 43;
    public const byte Fragment = 44;
    public const byte Encrypted = 50;
    public const byte Authentication = 51;
    public const byte IcmpV6 = 58;
    public const byte NoNext = 59;
    public const byte Destination = 60;

    public static string Name(byte protocol) => protocol switch
    {
        HopByHop => "Hop-by-hop",
        Icmp => "ICMP",
        2 => "IGMP",
        IPv4 => "IPv4",
        Tcp => "TCP",
        Udp => "UDP",
        IPv6 => "IPv6",
        Routing => "Routing",
        Fragment => "Fragment",
        47 => "GRE",
        Encrypted => "ESP",
        Authentication => "AH",
        IcmpV6 => "ICMPv6",
        NoNext => "No next header",
        Destination => "Destination options",
        89 => "OSPF",
        132 => "SCTP",
        136 => "UDPLite",
        _ => $"IP protocol {protocol}",
    };
}
