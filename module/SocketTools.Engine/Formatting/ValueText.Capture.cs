using System;
using System.Collections;
using System.Linq;
using System.Net;

namespace SocketTools.Formatting;

internal static partial class ValueText
{
    /// <summary>Who sent a packet: address and port; the address alone where there is no port; without IP the hardware address.</summary>
    public static string Source(SocketPacket packet) => packet.Ip is { } ip ? Sided(packet, ip.Source, packet.Source)
        : packet.Arp is { SenderAddress: { } sender } ? $"{sender}" : packet.Link?.Source ?? "";

    /// <summary>To whom it was sent.</summary>
    public static string Target(SocketPacket packet) => packet.Ip is { } ip ? Sided(packet, ip.Destination, packet.Destination)
        : packet.Arp is { TargetAddress: { } target } ? $"{target}" : (packet.Link as EthernetLayer)?.Destination ?? "";

    /// <summary>The end of a packet that has ports; null where it has none.</summary>
    public static IPEndPoint? Ported(SocketPacket packet, IPEndPoint? end) => packet.Tcp is null && packet.Udp is null ? null : end;

    /// <summary>What a field says: bytes in hexadecimal, lists with spaces.</summary>
    public static string Value(PacketField field)
    {
        const int Shown = 32;
        return field.Value switch
        {
            byte[] { Length: > Shown } bytes => $"{Convert.ToHexString(bytes, 0, Shown).ToLowerInvariant()}…",
            byte[] bytes => Convert.ToHexString(bytes).ToLowerInvariant(),
            IEnumerable list and not string => string.Join(' ', list.Cast<object?>()),
            var value => HtmlText.Shown(value),
        };
    }

    private static string Sided(SocketPacket packet, IPAddress address, IPEndPoint? end) => Ported(packet, end)?.ToString() ?? $"{address}";
}
