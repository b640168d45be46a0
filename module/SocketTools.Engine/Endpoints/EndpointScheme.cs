namespace SocketTools;

/// <summary>The word before the colon of an endpoint, after Go's network names.</summary>
public enum EndpointScheme
{
    /// <summary>TCP over IPv4 or IPv6, whichever the host has.</summary>
    Tcp,
    /// <summary>TCP over IPv4 only.</summary>
    Tcp4,
    /// <summary>TCP over IPv6 only.</summary>
    Tcp6,
    /// <summary>UDP over IPv4 or IPv6.</summary>
    Udp,
    /// <summary>UDP over IPv4 only.</summary>
    Udp4,
    /// <summary>UDP over IPv6 only.</summary>
    Udp6,
    /// <summary>TLS over TCP. It parses; opening it is EPROTONOSUPPORT until TLS exists.</summary>
    Tls,
    /// <summary>Unix domain, SOCK_STREAM.</summary>
    Unix,
    /// <summary>Unix domain, SOCK_DGRAM.</summary>
    UnixGram,
    /// <summary>Unix domain, SOCK_SEQPACKET.</summary>
    UnixPacket,
}
