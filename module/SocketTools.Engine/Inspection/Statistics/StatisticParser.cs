using System;
using System.Collections.Generic;
using System.Globalization;

namespace SocketTools.Statistics;

/// <summary>The two forms in which Linux writes protocol statistics. Lines in, values out; a line or a field that has not the form is passed over.</summary>
internal static class StatisticParser
{
    /// <summary>/proc/net/snmp and /proc/net/netstat: a line "Tcp: Name Name …", and behind it a line "Tcp: 1 2 …".</summary>
    public static IEnumerable<SocketStatistic> ReadTables(IEnumerable<string> lines)
    {
        string? header = null;
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (header is null || colon <= 0 || !header.AsSpan().StartsWith(line.AsSpan(0, colon + 1), StringComparison.Ordinal))
            {
                header = colon > 0 ? line : null; // Perhaps the names of the next table, whose values are still to come.
                continue;
            }

            string[] names = header[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] values = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            header = null;
            for (int i = 0; i < names.Length && i < values.Length; i++)
            {
                if (TryRead(values[i], out long value))
                {
                    yield return new SocketStatistic(line[..colon], names[i], value);
                }
            }
        }
    }

    /// <summary>/proc/net/snmp6: in each line a name that begins with its table, such as Udp6InDatagrams, and a value.</summary>
    public static IEnumerable<SocketStatistic> ReadList(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            int table = fields is [var name, _] ? name.IndexOf('6', StringComparison.Ordinal) + 1 : 0;
            if (table > 1 && table < fields[0].Length && TryRead(fields[1], out long value))
            {
                yield return new SocketStatistic(fields[0][..table], fields[0][table..], value);
            }
        }
    }

    // A gauge is a sum over the processors, and read while they move it: it may be below zero for a moment, which is written as an unsigned number.
    private static bool TryRead(string text, out long value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        bool wrapped = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned);
        value = unchecked((long)unsigned);
        return wrapped;
    }
}
