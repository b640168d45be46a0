using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace SocketTools;

/// <summary>Service names and their ports, as getservbyname(3) knows them: the system's file, then the well-known names of IANA.</summary>
/// <remarks>Immutable once made; safe from any thread.</remarks>
public sealed class ServiceTable
{
    private static readonly Lazy<ServiceTable> s_system = new(LoadSystem);
    private readonly Dictionary<(string Name, string Protocol), ServiceEntry> _byName = [];
    private readonly List<ServiceEntry> _entries = [];

    private ServiceTable()
    {
    }

    /// <summary>The table of this machine, read once.</summary>
    public static ServiceTable System => s_system.Value;

    /// <summary>Where this system keeps its file (services(5)).</summary>
    public static string SystemFile => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "services")
        : "/etc/services";

    /// <summary>Every entry, the system's first, without those that a former one hides.</summary>
    public IReadOnlyList<ServiceEntry> Entries => _entries;

    /// <summary>The port of a name or alias, or null. Names are case-insensitive (RFC 6335, section 5.1).</summary>
    /// <param name="name">Name or alias: <c>http</c>, <c>www</c>.</param>
    /// <param name="protocol"><c>tcp</c> or <c>udp</c>.</param>
    public int? Find(string name, string protocol) =>
        _byName.TryGetValue((name.ToLowerInvariant(), protocol), out ServiceEntry? entry) ? entry.Port : null;

    /// <summary>Makes a table from lines in the form of services(5). Lines that are none are passed over.</summary>
    public static ServiceTable From(IEnumerable<string> lines)
    {
        ServiceTable table = new();
        table.Add(lines);
        return table;
    }

    private static ServiceTable LoadSystem()
    {
        IEnumerable<string> file = [];
        try
        {
            file = File.ReadAllLines(SystemFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Slim containers have no such file; the built-in names below stand in for it.
        }

        return From(file.Concat(WellKnownServices.Lines));
    }

    private void Add(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            int hash = line.IndexOf('#', StringComparison.Ordinal);
            string[] words = (hash < 0 ? line : line[..hash]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2)
            {
                continue;
            }

            string[] port = words[1].Split('/');
            if (port.Length != 2 || !ushort.TryParse(port[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
            {
                continue;
            }

            ServiceEntry entry = new(words[0], number, port[1].ToLowerInvariant(), words[2..]);
            bool added = false;
            foreach (string name in entry.Aliases.Prepend(entry.Name))
            {
                added |= _byName.TryAdd((name.ToLowerInvariant(), entry.Protocol), entry);
            }

            if (added)
            {
                _entries.Add(entry);
            }
        }
    }
}
