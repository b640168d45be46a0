using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>From an endpoint to all its addresses, as getaddrinfo(3) gives them.</summary>
public static class SocketAddressLookup
{
    /// <summary>The addresses of an endpoint, in the order in which connect tries them.</summary>
    /// <param name="endpoint">Any endpoint. No host, or <c>*</c>, is the loopback, and with Passive every interface. A Unix endpoint is one address by itself.</param>
    /// <param name="family">InterNetwork or InterNetworkV6 for addresses of that family only; Unspecified for both.</param>
    /// <param name="flags">What to ask for.</param>
    /// <param name="wait">How long the name server may take.</param>
    /// <exception cref="SocketCallException">
    /// EAI_NONAME: there is no such host. EAI_AGAIN: no name server answers now. EAI_NODATA: no address of this family. ETIMEDOUT, EWOULDBLOCK: not in time. EAFNOSUPPORT:
    /// the family does not go with the endpoint. ENODEV: the zone of an address is no interface here.
    /// </exception>
    public static IReadOnlyList<SocketAddressInfo> Find(SocketEndpoint endpoint, AddressFamily family, SocketResolveFlags flags, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        AddressFamily own = endpoint.IsUnix ? AddressFamily.Unix : EndpointResolver.FamilyOf(endpoint.Scheme);
        if (family is not (AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            || (family != AddressFamily.Unspecified && own != AddressFamily.Unspecified && own != family))
        {
            throw new SocketCallException("getaddrinfo", Errno.EAFNOSUPPORT, endpoint, $"{endpoint.SchemeName} has no addresses of {SocketNames.Of(family)}");
        }

        if (endpoint.IsUnix)
        {
            return new[] { new SocketAddressInfo(1, endpoint, "", "", null, 0, endpoint.Path, SocketNames.Of(AddressFamily.Unix), SocketNames.Of(endpoint.SocketType), "", null, null, 0) };
        }

        EndpointResolver.Refuse(endpoint);
        family = own == AddressFamily.Unspecified ? family : own;
        HostLookup found = endpoint.Host is not ("" or "*") ? EndpointResolver.Find(endpoint, family, flags, wait)
            : new(Errno.None, (flags & SocketResolveFlags.Passive) != 0 ? EveryInterface(family) : EndpointResolver.Loopback(family), null);
        string ascii = EndpointResolver.ToAscii(endpoint);
        string? canonical = (flags & SocketResolveFlags.CanonicalName) != 0 ? found.CanonicalName : null;
        List<SocketAddressInfo> all = [];
        foreach (IPAddress address in EndpointResolver.TakeTurns(found.Addresses))
        {
            all.Add(Describe(all.Count + 1, endpoint, ascii, address, canonical));
        }

        return all;
    }

    private static SocketAddressInfo Describe(int order, SocketEndpoint endpoint, string ascii, IPAddress address, string? canonical)
    {
        bool datagrams = endpoint.SocketType == SocketType.Dgram;
        return new SocketAddressInfo(
            order,
            new SocketEndpoint(endpoint.Scheme, address.ToString(), endpoint.Port, endpoint.Service, null),
            endpoint.Host,
            ascii,
            address,
            endpoint.Port,
            null,
            SocketNames.Of(address.AddressFamily),
            SocketNames.Of(endpoint.SocketType),
            SocketNames.Of(datagrams ? ProtocolType.Udp : ProtocolType.Tcp),
            endpoint.Service ?? PortServices.NameOf(endpoint.Port, datagrams),
            canonical,
            address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0);
    }

    private static IPAddress[] EveryInterface(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => [IPAddress.Any],
        AddressFamily.InterNetworkV6 => [IPAddress.IPv6Any],
        _ => Socket.OSSupportsIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any],
    };
}
