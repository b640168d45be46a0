using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>An address of a network interface.</summary>
/// <param name="Address">The address; that of a link has its zone.</param>
/// <param name="PrefixLength">How many bits of it name the network.</param>
public sealed record SocketInterfaceAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>The zone of a link-local IPv6 address; 0 for others.</summary>
    public long ScopeId => Address.AddressFamily == AddressFamily.InterNetworkV6 ? Address.ScopeId : 0;

    /// <summary>Address and prefix as ip(8) writes them: <c>127.0.0.1/8</c>.</summary>
    public override string ToString() => $"{(ScopeId == 0 ? Address : new IPAddress(Address.GetAddressBytes()))}/{PrefixLength}";
}
