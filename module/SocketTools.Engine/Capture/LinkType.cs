namespace SocketTools;

/// <summary>What a packet begins with, by the numbers of capture files (the LINKTYPE_ values of tcpdump.org). Other numbers are kept as they are; such packets have no layers.</summary>
public enum LinkType
{
    /// <summary>BSD loopback: the address family in the byte order of the machine that captured.</summary>
    Null = 0,
    /// <summary>Ethernet, which Linux also uses on its loopback.</summary>
    Ethernet = 1,
    /// <summary>An IPv4 or IPv6 packet without anything before it.</summary>
    Raw = 101,
    /// <summary>OpenBSD loopback: the address family in network byte order.</summary>
    Loop = 108,
    /// <summary>Linux "cooked", version 1: what a capture on the interface "any" has.</summary>
    LinuxCooked = 113,
    /// <summary>An IPv4 packet without anything before it.</summary>
    Ipv4 = 228,
    /// <summary>An IPv6 packet without anything before it.</summary>
    Ipv6 = 229,
    /// <summary>Linux "cooked", version 2: with the number of the interface.</summary>
    LinuxCooked2 = 276,
}
