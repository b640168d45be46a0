namespace SocketTools;

/// <summary>What a capture may be narrowed to.</summary>
public enum CaptureProtocol
{
    /// <summary>TCP over either version of IP.</summary>
    Tcp,
    /// <summary>UDP over either version of IP.</summary>
    Udp,
    /// <summary>ICMP of IPv4.</summary>
    Icmp,
    /// <summary>ICMP of IPv6.</summary>
    IcmpV6,
    /// <summary>The Address Resolution Protocol.</summary>
    Arp,
    /// <summary>Everything in IPv4.</summary>
    IPv4,
    /// <summary>Everything in IPv6.</summary>
    IPv6,
}
