using System.Collections.Frozen;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>The names of ports, by number.</summary>
internal static class PortServices
{
    private static readonly FrozenDictionary<int, string> s_tcp = Make("tcp");
    private static readonly FrozenDictionary<int, string> s_udp = Make("udp");

    /// <summary>The official name of a port, or null.</summary>
    public static string? NameOf(int port, bool datagrams) => (datagrams ? s_udp : s_tcp).GetValueOrDefault(port);

    private static FrozenDictionary<int, string> Make(string protocol)
    {
        Dictionary<int, string> names = [];
        foreach (ServiceEntry entry in ServiceTable.System.Entries)
        {
            if (entry.Protocol == protocol)
            {
                names.TryAdd(entry.Port, entry.Name!);
            }
        }

        return names.ToFrozenDictionary();
    }
}
