using System.Net;

namespace SocketTools;

/// <summary>One address of a name: what getaddrinfo(3) calls struct addrinfo.</summary>
/// <param name="Order">Its place, from 1, in the order in which connect tries the addresses.</param>
/// <param name="Endpoint">The endpoint with the address in the place of the name.</param>
/// <param name="Host">The host as it was written; empty where there was none.</param>
/// <param name="AsciiHost">The host as it was looked up: the same, or its ASCII form where it has other letters.</param>
/// <param name="Address">The address; null for a Unix socket.</param>
/// <param name="Port">The port; 0 where none was written, and for a Unix socket.</param>
/// <param name="Path">The path of a Unix socket, else null.</param>
/// <param name="AddressFamily">AF_INET, AF_INET6 or AF_UNIX.</param>
/// <param name="SocketType">SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET.</param>
/// <param name="Protocol">IPPROTO_TCP or IPPROTO_UDP; empty for a Unix socket, which has none.</param>
/// <param name="Service">The name of the port: as written, or from the services table; null where it has none.</param>
/// <param name="CanonicalName">The name that the host is an alias of, where it was asked for; else null.</param>
/// <param name="ScopeId">The number of the interface of a link-local IPv6 address (RFC 4007); 0 for others.</param>
[Formatting.TypeFormatterSource]
public sealed record SocketAddressInfo(
    int Order, SocketEndpoint Endpoint, string Host, string AsciiHost, IPAddress? Address, int Port, string? Path, string AddressFamily, string SocketType, string Protocol,
    string? Service, string? CanonicalName, long ScopeId)
{
    /// <summary>The endpoint.</summary>
    public override string ToString() => Endpoint.ToString();
}
