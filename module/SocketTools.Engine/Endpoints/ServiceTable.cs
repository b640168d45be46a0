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

    // By the hash of the name, because a dictionary of .NET 8 by the name itself would want a string of its own to look for.
    private readonly Dictionary<int, Named> _byName = [];
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
    public int? Find(string name, string protocol) => FindNamed(name, protocol)?.Entry.Port;

    /// <summary>The entry of a name or alias, or null, and the name as it was given: the table's own string, where it is spelled alike.</summary>
    internal ServiceEntry? Find(ReadOnlySpan<char> name, string protocol, out string? given)
    {
        Named? found = FindNamed(name, protocol);
        given = found is null ? null : name.SequenceEqual(found.Name) ? found.Name : name.ToString();
        return found?.Entry;
    }

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
            foreach (string name in entry.Aliases.Prepend(words[0]))
            {
                added |= TryAdd(name, entry);
            }

            if (added)
            {
                _entries.Add(entry);
            }
        }
    }

    private bool TryAdd(string name, ServiceEntry entry)
    {
        if (FindNamed(name, entry.Protocol!) is not null)
        {
            return false;
        }

        int hash = Hash(name);
        _byName[hash] = new Named(name, entry, _byName.GetValueOrDefault(hash));
        return true;
    }

    private Named? FindNamed(ReadOnlySpan<char> name, string protocol)
    {
        Named? named = _byName.GetValueOrDefault(Hash(name));
        while (named is not null && !(named.Entry.Protocol == protocol && name.Equals(named.Name, StringComparison.OrdinalIgnoreCase)))
        {
            named = named.Next;
        }

        return named;
    }

    private static int Hash(ReadOnlySpan<char> name) => string.GetHashCode(name, StringComparison.OrdinalIgnoreCase);

    // A name or alias, and the next one with the same hash: mostly the same name over another protocol.
    private sealed record Named(string Name, ServiceEntry Entry, Named? Next);
}
