using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Net.NetworkInformation;

namespace SocketTools;

/// <summary>The counters of all interfaces, read at once where the system has them in one file.</summary>
internal sealed class InterfaceCounters
{
    // The namespace of this very thread. .NET reads /sys, which shows the one of whoever mounted it.
    private static readonly string[] s_files = ["/proc/thread-self/net/dev", "/proc/net/dev"];

    private readonly Dictionary<string, (SocketInterfaceCounters Received, SocketInterfaceCounters Sent)> _byName = [];

    private InterfaceCounters()
    {
    }

    public static InterfaceCounters Read()
    {
        foreach (string file in OperatingSystem.IsLinux() ? s_files : [])
        {
            try
            {
                return From(File.ReadAllLines(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A container may hide it.
            }
        }

        return new InterfaceCounters();
    }

    /// <summary>From lines in the form of /proc/net/dev (proc_pid_net(5)). Lines that are none, as the headings, are passed over.</summary>
    public static InterfaceCounters From(IEnumerable<string> lines)
    {
        InterfaceCounters counters = new();
        foreach (string line in lines)
        {
            // The name of an interface may hold a colon, as that of an alias.
            int colon = line.LastIndexOf(':');
            string[] words = line[(colon + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (colon > 0 && words.Length >= 12 && Parse(words[..4]) is { } received && Parse(words[8..12]) is { } sent)
            {
                counters._byName[line[..colon].Trim()] = (received, sent);
            }
        }

        return counters;
    }

    public (SocketInterfaceCounters Received, SocketInterfaceCounters Sent) Of(NetworkInterface from) => Of(from.Name) ?? Ask(from);

    public (SocketInterfaceCounters Received, SocketInterfaceCounters Sent)? Of(string name) => _byName.TryGetValue(name, out var found) ? found : null;

    private static SocketInterfaceCounters? Parse(string[] words)
    {
        long[] numbers = new long[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!ulong.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            {
                return null;
            }

            numbers[i] = (long)Math.Min(number, long.MaxValue);
        }

        return new SocketInterfaceCounters(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    [SuppressMessage("Interoperability", "CA1416", Justification = "Each system counts some of them only; the others are null.")]
    private static (SocketInterfaceCounters Received, SocketInterfaceCounters Sent) Ask(NetworkInterface from)
    {
        IPInterfaceStatistics? s = Try(() => from.GetIPStatistics());
        if (s is null)
        {
            SocketInterfaceCounters none = new(null, null, null, null);
            return (none, none);
        }

        return (
            new SocketInterfaceCounters(
                Count(() => s.BytesReceived), Count(() => s.UnicastPacketsReceived) + (Count(() => s.NonUnicastPacketsReceived) ?? 0), Count(() => s.IncomingPacketsWithErrors), Count(() => s.IncomingPacketsDiscarded)),
            new SocketInterfaceCounters(
                Count(() => s.BytesSent), Count(() => s.UnicastPacketsSent) + (Count(() => s.NonUnicastPacketsSent) ?? 0), Count(() => s.OutgoingPacketsWithErrors), Count(() => s.OutgoingPacketsDiscarded)));
    }

    private static long? Count(Func<long> read) => Try(() => (object)read()) as long?;

    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is PlatformNotSupportedException or NetworkInformationException)
        {
            return null;
        }
    }
}
