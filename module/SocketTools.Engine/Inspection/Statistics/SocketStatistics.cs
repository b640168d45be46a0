using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SocketTools.Statistics;

namespace SocketTools;

/// <summary>The statistics of the protocols in the network namespace of the calling thread: what netstat -s shows.</summary>
public static class SocketStatistics
{
    /// <summary>
    /// Reads all of them, in the order of the kernel's tables. Linux: /proc/net/snmp, netstat and snmp6 (proc(5)); elsewhere what .NET tells
    /// (<see cref="System.Net.NetworkInformation.IPGlobalProperties"/>), by the same names.
    /// </summary>
    /// <param name="trace">Sees the files that are opened.</param>
    /// <exception cref="SocketCallException">ENOENT, EACCES: there is no /proc, or it is closed to us.</exception>
    public static IReadOnlyList<SocketStatistic> Read(SystemCallTrace? trace = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            return DotNetStatistics.Read();
        }

        // /proc/net is that of the first thread, which may be in another network namespace than the caller.
        string folder = Directory.Exists("/proc/thread-self/net") ? "/proc/thread-self/net" : "/proc/net";
        return (SocketStatistic[])
        [
            .. StatisticParser.ReadTables(ReadLines($"{folder}/snmp", optional: false, trace)),
            .. StatisticParser.ReadTables(ReadLines($"{folder}/netstat", optional: true, trace)),
            .. StatisticParser.ReadList(ReadLines($"{folder}/snmp6", optional: true, trace)), // Not there in a kernel without IPv6.
        ];
    }

    /// <summary>What moved between two readings, in the order of the second.</summary>
    public static IReadOnlyList<SocketStatisticChange> Compare(IReadOnlyList<SocketStatistic> before, IReadOnlyList<SocketStatistic> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        Dictionary<(string Protocol, string Name), long> known = [];
        foreach (SocketStatistic old in before)
        {
            known[(old.Protocol, old.Name)] = old.Value;
        }

        return after
            .Select(now => new SocketStatisticChange(now.Protocol, now.Name, known.GetValueOrDefault((now.Protocol, now.Name)), now.Value))
            .Where(static c => c.Before != c.After)
            .ToArray();
    }

    private static List<string> ReadLines(string path, bool optional, SystemCallTrace? trace)
    {
        try
        {
            using FileStream file = new(FileCalls.OpenToRead(path, trace), FileAccess.Read);
            using StreamReader reader = new(file);
            return FileCalls.Run("read", path, () =>
            {
                List<string> lines = [];
                while (reader.ReadLine() is { } line)
                {
                    lines.Add(line);
                }

                return lines;
            });
        }
        catch (SocketCallException e) when (optional && e.Errno == Errno.ENOENT)
        {
            return [];
        }
    }
}
