using System;
using System.Collections;
using System.Globalization;
using System.Linq;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>The time of a packet, as precise as most captures are.</summary>
    public static string Time(SocketPacket packet) => packet.Timestamp.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>Who sent a packet: address and port; the address alone where there is no port; without IP the hardware address.</summary>
    public static string Source(SocketPacket packet) => packet.Ip is { } ip ? Sided(packet, $"{packet.Source}", $"{ip.Source}")
        : packet.Arp is { SenderAddress: { } sender } ? $"{sender}" : packet.Link?.Source ?? "";

    /// <summary>To whom it was sent.</summary>
    public static string Target(SocketPacket packet) => packet.Ip is { } ip ? Sided(packet, $"{packet.Destination}", $"{ip.Destination}")
        : packet.Arp is { TargetAddress: { } target } ? $"{target}" : (packet.Link as EthernetLayer)?.Destination ?? "";

    /// <summary>What a field says: bytes in hexadecimal, lists with spaces.</summary>
    public static string Value(PacketField field)
    {
        const int Shown = 32;
        return field.Value switch
        {
            byte[] { Length: > Shown } bytes => $"{Convert.ToHexString(bytes, 0, Shown).ToLowerInvariant()}…",
            byte[] bytes => Convert.ToHexString(bytes).ToLowerInvariant(),
            IEnumerable list and not string => string.Join(' ', list.Cast<object?>()),
            var value => $"{value}",
        };
    }

    /// <summary>The bytes of a field, as far as a column takes them.</summary>
    public static string Hex(PacketField field) => field.Hex.Length > 32 ? $"{field.Hex[..32]}…" : field.Hex;

    private static string Sided(SocketPacket packet, string withPort, string address) => packet.Tcp is null && packet.Udp is null ? address : withPort;
}
