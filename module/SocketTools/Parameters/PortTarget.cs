using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>A host and its ports to probe: the host is looked up once, however many ports there are.</summary>
internal sealed class PortTarget
{
    private readonly SocketEndpoint _endpoint;
    private readonly IReadOnlyList<EndPoint> _addresses;
    private readonly int _first;
    private readonly int _last;

    private PortTarget(SocketEndpoint endpoint, IReadOnlyList<EndPoint> addresses, int first, int last) =>
        (_endpoint, _addresses, _first, _last) = (endpoint, addresses, first, last);

    /// <summary>How many ports.</summary>
    public int Count => _last - _first + 1;

    /// <summary>The targets of what a person gave: an endpoint with its port, or a host for which the ports are given beside it.</summary>
    /// <exception cref="SocketCallException">EINVAL, EAI_SERVICE, EAI_NONAME and the like.</exception>
    public static IEnumerable<PortTarget> Find(EndpointArgument target, string[] ports, string directory, SocketWait wait)
    {
        bool host = ports.Length > 0;
        if (host && string.IsNullOrWhiteSpace(target.Value as string ?? "-"))
        {
            // As from a variable that was never set; it would mean this machine.
            throw new SocketCallException("connect", Errno.EINVAL, target.Value, "The host is missing") { Advice = "Give localhost for this machine." };
        }

        if (host && target.Value is string path && SocketEndpoint.TryParse(path, out SocketEndpoint? unix) && unix is { IsUnix: true })
        {
            throw NoPorts(unix);
        }

        SocketEndpoint endpoint = host && target.Value is string text ? Host(text) : target.ToEndpoint();
        if (endpoint.IsUnix)
        {
            return host
                ? throw NoPorts(endpoint)
                : [new PortTarget(endpoint, [UnixPath.ToAddress(endpoint, directory, "connect")], 0, 0)];
        }

        if (!host && endpoint.Port == 0)
        {
            throw new SocketCallException("connect", Errno.EINVAL, endpoint, "Port 0 is none that anybody can listen at") { Advice = "Give ports from 1 to 65535." };
        }

        string protocol = endpoint.SocketType == SocketType.Dgram ? "udp" : "tcp";
        List<(int First, int Last)> ranges = host ? [.. ports.SelectMany(p => PortRange.Parse(p, protocol))] : [(endpoint.Port, endpoint.Port)];
        IReadOnlyList<EndPoint> addresses = EndpointResolver.ToConnect(endpoint.WithPort(ranges[0].First), wait); // errors name a port that was asked for
        return [.. ranges.Select(r => new PortTarget(endpoint, addresses, r.First, r.Last))];
    }

    /// <summary>One attempt for each port.</summary>
    public IEnumerable<PortAttempt> Attempts()
    {
        for (int port = _first; port <= _last; port++)
        {
            yield return new PortAttempt(_endpoint.WithPort(port), _addresses, ProbePayload.For(port));
        }
    }

    /// <summary>Whether a result is one of this target's.</summary>
    public bool Has(SocketPortProbe probe) =>
        probe.Target.Scheme == _endpoint.Scheme && probe.Target.Host == _endpoint.Host && probe.Target.Path == _endpoint.Path && (_endpoint.IsUnix || (probe.Port >= _first && probe.Port <= _last));

    /// <summary>The target of one result alone.</summary>
    public PortTarget Only(SocketPortProbe probe) => new(_endpoint, _addresses, probe.Port, probe.Port);

    private static SocketCallException NoPorts(SocketEndpoint endpoint) =>
        new("connect", Errno.EINVAL, endpoint, "A Unix domain socket has no ports") { Advice = "Leave -Port out." };

    // A host without a port, with or without a scheme.
    private static SocketEndpoint Host(string text)
    {
        try
        {
            return SocketEndpoint.ParseHost(text);
        }
        catch (SocketEndpointFormatException e)
        {
            throw new SocketCallException("connect", e.Errno, text, $"'{text}' is no host: {e.Detail}") { Advice = "Give a host such as localhost, 192.0.2.1, ::1 or udp://host; its ports go into -Port." };
        }
    }
}
