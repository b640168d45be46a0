using System;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools;

/// <summary>Services by name and by port (getservbyname(3), getservbyport(3)).</summary>
public static class SocketServices
{
    private static readonly Lazy<ILookup<int, ServiceEntry>> s_byPort = new(static () => ServiceTable.System.Entries.ToLookup(static e => e.Port));

    /// <summary>The services with a name or an alias that is wanted, by port.</summary>
    /// <param name="wanted">Says of a name whether it is.</param>
    /// <param name="protocols">tcp, udp …; none for all.</param>
    public static IReadOnlyList<ServiceEntry> ByName(Func<string, bool> wanted, IReadOnlyList<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(protocols);
        EphemeralPortRange range = EphemeralPortRange.Read();
        return ServiceTable.System.Entries
            .Where(e => Has(protocols, e) && e.Aliases.Prepend(e.Name!).Any(wanted))
            .OrderBy(static e => e.Port)
            .Select(e => e with { Ephemeral = range.Contains(e.Port) })
            .ToArray();
    }

    /// <summary>The services of some ports. Where a port has none, an entry without a name: one, or one for each protocol that was asked for.</summary>
    /// <param name="ports">From 0 to 65535.</param>
    /// <param name="protocols">tcp, udp …; none for all.</param>
    public static IEnumerable<ServiceEntry> ByPort(IEnumerable<int> ports, IReadOnlyList<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(protocols);
        EphemeralPortRange range = EphemeralPortRange.Read();
        return ports.SelectMany(p => OfPort(p, protocols).Select(e => e with { Ephemeral = range.Contains(p) }));
    }

    private static List<ServiceEntry> OfPort(int port, IReadOnlyList<string> protocols)
    {
        List<ServiceEntry> found = [.. s_byPort.Value[port].Where(e => Has(protocols, e))];
        foreach (string protocol in protocols)
        {
            if (!found.Exists(e => Is(protocol, e)))
            {
                found.Add(new ServiceEntry(null, port, protocol.ToLowerInvariant(), []));
            }
        }

        if (found.Count == 0)
        {
            found.Add(new ServiceEntry(null, port, null, []));
        }

        return found;
    }

    private static bool Has(IReadOnlyList<string> protocols, ServiceEntry entry) => protocols.Count == 0 || protocols.Any(p => Is(p, entry));

    private static bool Is(string protocol, ServiceEntry entry) => string.Equals(protocol, entry.Protocol, StringComparison.OrdinalIgnoreCase);
}
