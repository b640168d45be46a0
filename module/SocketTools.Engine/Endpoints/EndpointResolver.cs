using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>From the host of an endpoint to addresses (getaddrinfo(3)).</summary>
internal static class EndpointResolver
{
    /// <summary>The addresses to connect to, in the order in which to try them (RFC 8305, section 4): those of getaddrinfo, families taking turns.</summary>
    public static IReadOnlyList<IPEndPoint> ToConnect(SocketEndpoint endpoint, SocketWait wait)
    {
        Refuse(endpoint);
        IPAddress[] addresses = endpoint.Host is "" or "*" ? Loopback(endpoint.Scheme) : Find(endpoint, wait);
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

        IPAddress[] addresses = endpoint.Host.Length == 0 ? Loopback(endpoint.Scheme) : Find(endpoint, wait);
        foreach (IPAddress address in addresses)
        {
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                return new IPEndPoint(address, endpoint.Port);
            }
        }

        return new IPEndPoint(addresses[0], endpoint.Port);
    }

    private static void Refuse(SocketEndpoint endpoint)
    {
        if (endpoint.Scheme == EndpointScheme.Tls)
        {
            throw new SocketCallException("socket", Errno.EPROTONOSUPPORT, endpoint, "TLS is not there yet")
            {
                Advice = "Use tcp:// for now.",
            };
        }
    }

    private static IPAddress[] Loopback(EndpointScheme scheme) => scheme switch
    {
        EndpointScheme.Tcp6 or EndpointScheme.Udp6 => [IPAddress.IPv6Loopback],
        _ => [IPAddress.Loopback],
    };

    private static IPAddress[] Find(SocketEndpoint endpoint, SocketWait wait)
    {
        if (IPAddress.TryParse(endpoint.Host, out IPAddress? literal))
        {
            return [literal];
        }

        AddressFamily family = endpoint.Scheme switch
        {
            EndpointScheme.Tcp4 or EndpointScheme.Udp4 => AddressFamily.InterNetwork,
            EndpointScheme.Tcp6 or EndpointScheme.Udp6 => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        try
        {
            // getaddrinfo cannot be interrupted, so it runs on a thread of the pool, which is left to itself when the wait ends first.
            IPAddress[] addresses = Dns.GetHostAddressesAsync(endpoint.Host, family, CancellationToken.None)
                .WaitAsync(wait.Timeout, wait.Stop).GetAwaiter().GetResult();
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (SocketException e)
        {
            Errno errno = ErrnoTable.FromSocketError(e.SocketErrorCode);
            throw new SocketCallException("getaddrinfo", errno, endpoint, null, e);
        }
        catch (TimeoutException e)
        {
            throw new SocketCallException("getaddrinfo", wait.TimeoutErrno, endpoint, "The name server did not answer in time", e);
        }
        catch (ArgumentException e)
        {
            throw new SocketCallException("getaddrinfo", Errno.EAI_NONAME, endpoint, null, e);
        }
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
