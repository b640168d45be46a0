using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.NetworkInformation;

namespace SocketTools;

/// <summary>The network interfaces of this machine.</summary>
public static class SocketInterfaces
{
    private const int LocalBit = 2;
    private const int GroupBit = 1;

    /// <summary>Those that are wanted, by number.</summary>
    /// <param name="wanted">Says of a name and a number whether it is.</param>
    public static IReadOnlyList<SocketInterface> Find(Func<string, int, bool> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        InterfaceCounters counters = InterfaceCounters.Read();
        return NetworkInterface.GetAllNetworkInterfaces()
            .Select(static i => (Interface: i, Index: InterfaceNames.IndexOf(i)))
            .Where(i => wanted(i.Interface.Name, i.Index))
            .OrderBy(static i => i.Index)
            .Select(i => Describe(i.Interface, i.Index, counters))
            .ToArray();
    }

    /// <summary>Who gave a hardware address; null for what is none of 6 or 8 bytes (EUI-48, EUI-64), as the address of a tunnel.</summary>
    internal static SocketMacAdministration? Administration(ReadOnlySpan<byte> mac) => !IsMac(mac) || mac.Length is not (6 or 8) ? null
        : ((mac[0] & LocalBit) != 0 ? SocketMacAdministration.Local : SocketMacAdministration.Universal) | ((mac[0] & GroupBit) != 0 ? SocketMacAdministration.Group : 0);

    /// <summary>The bytes with colons between them; null where there are none, or only zeros as for the loopback.</summary>
    internal static string? MacText(ReadOnlySpan<byte> mac) =>
        IsMac(mac) ? string.Join(':', mac.ToArray().Select(static b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))) : null;

    private static bool IsMac(ReadOnlySpan<byte> mac) => mac.IndexOfAnyExcept((byte)0) >= 0;

    private static SocketInterface Describe(NetworkInterface from, int index, InterfaceCounters counters)
    {
        byte[] mac = from.GetPhysicalAddress().GetAddressBytes();
        (SocketInterfaceCounters received, SocketInterfaceCounters sent) = counters.Of(from);
        return new SocketInterface(
            from.Name,
            index,
            from.OperationalStatus switch
            {
                OperationalStatus.Up => SocketInterfaceState.Up,
                OperationalStatus.Unknown or OperationalStatus.Testing => SocketInterfaceState.Unknown,
                _ => SocketInterfaceState.Down,
            },
            from.NetworkInterfaceType,
            Mtu(from),
            MacText(mac),
            Administration(mac),
            from.GetIPProperties().UnicastAddresses.Select(static a => new SocketInterfaceAddress(a.Address, a.PrefixLength)).ToArray(),
            from.Supports(NetworkInterfaceComponent.IPv6) ? index : 0,
            from.SupportsMulticast,
            from.NetworkInterfaceType == NetworkInterfaceType.Loopback,
            received,
            sent);
    }

    // Windows tells it for each family that the interface has; it gives -1 for the MTU of its loopback, which has no limit.
    private static int? Mtu(NetworkInterface from)
    {
        foreach (Func<int> read in new Func<int>[] { () => from.GetIPProperties().GetIPv4Properties().Mtu, () => from.GetIPProperties().GetIPv6Properties().Mtu })
        {
            try
            {
                return read() is > 0 and var mtu ? mtu : null;
            }
            catch (NetworkInformationException)
            {
                // The interface has no address of this family.
            }
        }

        return null;
    }
}
