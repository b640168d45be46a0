using System;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools;

/// <summary>Services by name and by port (getservbyname(3), getservbyport(3)).</summary>
public static class SocketServices
{
    /// <summary>The services with a name or an alias that is wanted, by port.</summary>
    /// <param name="wanted">Says of a name whether it is.</param>
    /// <param name="protocols">tcp, udp …; none for all.</param>
    public static IReadOnlyList<ServiceEntry> ByName(Func<string, bool> wanted, IReadOnlyList<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(protocols);
        EphemeralPortRange range = EphemeralPortRange.Read();
        return [.. ServiceTable.System.Entries
            .Where(e => Has(protocols, e) && e.Aliases.Prepend(e.Name!).Any(wanted))
            .OrderBy(static e => e.Port)
            .Select(e => e with { Ephemeral = range.Contains(e.Port) })];
    }

    /// <summary>The services of a port. Where it has none, an entry without a name: one, or one for each protocol that was asked for.</summary>
    /// <param name="port">0 to 65535.</param>
    /// <param name="protocols">tcp, udp …; none for all.</param>
    public static IReadOnlyList<ServiceEntry> ByPort(int port, IReadOnlyList<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(protocols);
        bool ephemeral = EphemeralPortRange.Read().Contains(port);
        List<ServiceEntry> found = [.. ServiceTable.System.Entries.Where(e => e.Port == port && Has(protocols, e))];
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

        return [.. found.Select(e => e with { Ephemeral = ephemeral })];
    }

    private static bool Has(IReadOnlyList<string> protocols, ServiceEntry entry) => protocols.Count == 0 || protocols.Any(p => Is(p, entry));

    private static bool Is(string protocol, ServiceEntry entry) => string.Equals(protocol, entry.Protocol, StringComparison.OrdinalIgnoreCase);
}
