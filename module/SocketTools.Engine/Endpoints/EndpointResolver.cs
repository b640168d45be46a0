using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>From the host of an endpoint to addresses (getaddrinfo(3)).</summary>
internal static class EndpointResolver
{
    /// <summary>The addresses to connect to, in the order in which to try them (RFC 8305, section 4): those of getaddrinfo, families taking turns.</summary>
    public static IReadOnlyList<IPEndPoint> ToConnect(SocketEndpoint endpoint, SocketWait wait)
    {
        Refuse(endpoint);
        IPAddress[] addresses = endpoint.Host is "" or "*" ? Loopback(FamilyOf(endpoint.Scheme)) : Find(endpoint, FamilyOf(endpoint.Scheme), SocketResolveFlags.None, wait).Addresses;
        List<IPEndPoint> ordered = [];
        foreach (IPAddress address in TakeTurns(addresses))
        {
            ordered.Add(new IPEndPoint(address, endpoint.Port));
        }

        return ordered;
    }

    /// <summary>The address to bind to: loopback where no host is written, every interface for <c>*</c>, else the first of the host, IPv4 before IPv6.</summary>
    public static IPEndPoint ToBind(SocketEndpoint endpoint, SocketWait wait)
    {
        Refuse(endpoint);
        bool only4 = endpoint.Scheme is EndpointScheme.Tcp4 or EndpointScheme.Udp4;
        if (endpoint.Host == "*")
        {
            return new IPEndPoint(only4 || !Socket.OSSupportsIPv6 ? IPAddress.Any : IPAddress.IPv6Any, endpoint.Port);
        }

        AddressFamily family = FamilyOf(endpoint.Scheme);
        IPAddress[] addresses = endpoint.Host.Length == 0 ? Loopback(family) : Find(endpoint, family, SocketResolveFlags.None, wait).Addresses;
        foreach (IPAddress address in addresses)
        {
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                return new IPEndPoint(address, endpoint.Port);
            }
        }

        return new IPEndPoint(addresses[0], endpoint.Port);
    }

    /// <summary>EPROTONOSUPPORT for what cannot be opened yet.</summary>
    public static void Refuse(SocketEndpoint endpoint)
    {
        if (endpoint.Scheme == EndpointScheme.Tls)
        {
            throw new SocketCallException("socket", Errno.EPROTONOSUPPORT, endpoint, "TLS is not there yet")
            {
                Advice = "Use tcp:// for now.",
            };
        }
    }

    /// <summary>The family that a scheme is for; Unspecified for both.</summary>
    public static AddressFamily FamilyOf(EndpointScheme scheme) => scheme switch
    {
        EndpointScheme.Tcp4 or EndpointScheme.Udp4 => AddressFamily.InterNetwork,
        EndpointScheme.Tcp6 or EndpointScheme.Udp6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    /// <summary>This machine, by IPv4 where either will do.</summary>
    public static IPAddress[] Loopback(AddressFamily family) => [family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback];

    /// <summary>Looks a host up.</summary>
    /// <param name="endpoint">With a host.</param>
    /// <param name="family">Addresses of this family only; Unspecified for both.</param>
    /// <param name="flags">CanonicalName, NumericHost.</param>
    /// <param name="wait">How long the name server may take.</param>
    /// <exception cref="SocketCallException">EAI_NONAME, EAI_AGAIN, EAI_NODATA and the like; ETIMEDOUT or EWOULDBLOCK when the time is over; ENODEV for a zone that is no interface.</exception>
    public static HostLookup Find(SocketEndpoint endpoint, AddressFamily family, SocketResolveFlags flags, SocketWait wait)
    {
        if (IPAddress.TryParse(endpoint.Host, out IPAddress? literal))
        {
            CheckZone(endpoint, literal);
            return family == AddressFamily.Unspecified || family == literal.AddressFamily
                ? new HostLookup(Errno.None, [literal], endpoint.Host)
                : throw new SocketCallException("getaddrinfo", Errno.EAI_NODATA, endpoint, $"The address is not of {SocketNames.Of(family)}");
        }

        if ((flags & SocketResolveFlags.NumericHost) != 0)
        {
            throw new SocketCallException("getaddrinfo", Errno.EAI_NONAME, endpoint, "The host is no address, and no name may be looked up (AI_NUMERICHOST)")
            {
                Advice = "Give an address, or leave -Numeric out.",
            };
        }

        bool canonical = (flags & SocketResolveFlags.CanonicalName) != 0;
        string name = ToAscii(endpoint);
        HostLookup found = Ask(name, family, endpoint.SocketType, canonical, wait);
        wait.Trace?.Invoke(Record(endpoint, name, family, canonical, found.Errno));
        return found.Errno == Errno.None ? found : throw new SocketCallException(
            "getaddrinfo", found.Errno, endpoint, found.Errno is Errno.ETIMEDOUT or Errno.EWOULDBLOCK ? "The name server did not answer in time" : null);
    }

    /// <summary>The name that is looked up: that of the endpoint, or its ASCII form where it has other letters (RFC 5891, UTS 46).</summary>
    /// <exception cref="SocketCallException">EAI_NONAME: it is no host name.</exception>
    public static string ToAscii(SocketEndpoint endpoint)
    {
        if (Ascii.IsValid(endpoint.Host))
        {
            return endpoint.Host;
        }

        try
        {
            return new IdnMapping().GetAscii(endpoint.Host);
        }
        catch (ArgumentException e)
        {
            throw new SocketCallException("getaddrinfo", Errno.EAI_NONAME, endpoint, "The host is no internationalised name (RFC 5891)", e);
        }
    }

    // getaddrinfo cannot be interrupted, so it runs on a thread of the pool, which is left to itself when the wait ends first.
    private static HostLookup Ask(string name, AddressFamily family, SocketType type, bool canonical, SocketWait wait)
    {
        wait.Stop.ThrowIfCancellationRequested();
        try
        {
            return Task.Run(() => SystemCalls.Current.Resolve(name, family, type, canonical), CancellationToken.None).WaitAsync(wait.Timeout, wait.Stop).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            return new HostLookup(wait.TimeoutErrno, [], null);
        }
    }

    // A zone that is no interface would reach the kernel as none at all: .NET reads it as 0.
    private static void CheckZone(SocketEndpoint endpoint, IPAddress literal)
    {
        int percent = endpoint.Host.IndexOf('%', StringComparison.Ordinal);
        if (percent < 0)
        {
            return;
        }

        string zone = endpoint.Host[(percent + 1)..];
        bool number = uint.TryParse(zone, NumberStyles.None, CultureInfo.InvariantCulture, out uint index);
        if (number ? index != 0 && InterfaceNames.Of(unchecked((int)index)) is null : literal.ScopeId == 0)
        {
            throw new SocketCallException("if_nametoindex", Errno.ENODEV, endpoint, zone.Length == 0 ? "The zone of the address has no name" : $"There is no interface {zone} here");
        }
    }

    private static SystemCallRecord Record(SocketEndpoint endpoint, string name, AddressFamily family, bool canonical, Errno errno)
    {
        string hints = $"{{{(canonical ? "ai_flags=AI_CANONNAME, " : "")}ai_family={SocketNames.Of(family)}, ai_socktype={SocketNames.Of(endpoint.SocketType)}}}";
        return new SystemCallRecord("getaddrinfo", $"\"{name}\", \"{endpoint.Service ?? endpoint.Port.ToString(CultureInfo.InvariantCulture)}\", {hints}", errno < 0 ? (int)errno : errno == Errno.None ? 0 : -1, errno);
    }

    internal static List<IPAddress> TakeTurns(IPAddress[] addresses)
    {
        Queue<IPAddress> first = [];
        Queue<IPAddress> second = [];
        foreach (IPAddress address in addresses)
        {
            (address.AddressFamily == addresses[0].AddressFamily ? first : second).Enqueue(address);
        }

        List<IPAddress> ordered = [];
        while (first.Count + second.Count > 0)
        {
            if (first.TryDequeue(out IPAddress? address))
            {
                ordered.Add(address);
            }

            if (second.TryDequeue(out address))
            {
                ordered.Add(address);
            }
        }

        return ordered;
    }
}
