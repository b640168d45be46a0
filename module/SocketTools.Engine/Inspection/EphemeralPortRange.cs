using System;
using System.Globalization;
using System.IO;
using SocketTools.Native;

namespace SocketTools;

/// <summary>The ports that this system gives to clients that ask for none, and to listeners at port 0.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest.</param>
/// <param name="Source">Where the system says so: a file, a sysctl, or that it is the default.</param>
public sealed record EphemeralPortRange(int First, int Last, string Source)
{
    private const string LinuxFile = "/proc/sys/net/ipv4/ip_local_port_range";
    private const string MacFirst = "net.inet.ip.portrange.first";
    private const string MacLast = "net.inet.ip.portrange.last";

    /// <summary>How many ports.</summary>
    public int Count => Last - First + 1;

    /// <summary>The range as it is now, of the network namespace that this thread is in.</summary>
    public static EphemeralPortRange Read()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                return FromText(File.ReadAllText(LinuxFile)) ?? new EphemeralPortRange(32768, 60999, "the default of Linux");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new EphemeralPortRange(32768, 60999, "the default of Linux");
            }
        }

        return OperatingSystem.IsMacOS() && Sysctl.Read(MacFirst) is { } first && Sysctl.Read(MacLast) is { } last
            ? new EphemeralPortRange(first, last, $"{MacFirst}, {MacLast}")
            : new EphemeralPortRange(49152, 65535, "the default of this system (RFC 6335)");
    }

    /// <summary>Whether a port is in it.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <inheritdoc/>
    public override string ToString() => $"{First}-{Last}";

    // Two numbers with a tab between them.
    internal static EphemeralPortRange? FromText(string text)
    {
        string[] numbers = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return numbers.Length == 2
            && ushort.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            && ushort.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort last)
            && first <= last ? new EphemeralPortRange(first, last, LinuxFile) : null;
    }
}
