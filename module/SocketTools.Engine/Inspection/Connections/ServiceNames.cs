using System.Collections.Generic;

namespace SocketTools.Inspection;

/// <summary>The names of ports, by number.</summary>
internal static class ServiceNames
{
    private static readonly Dictionary<(int Port, string Protocol), string> s_names = Make();

    /// <summary>The official name of a port, or null.</summary>
    public static string? Of(int port, string protocol) => s_names.GetValueOrDefault((port, protocol));

    private static Dictionary<(int Port, string Protocol), string> Make()
    {
        Dictionary<(int Port, string Protocol), string> names = [];
        foreach (ServiceEntry entry in ServiceTable.System.Entries)
        {
            names.TryAdd((entry.Port, entry.Protocol), entry.Name);
        }

        return names;
    }
}
