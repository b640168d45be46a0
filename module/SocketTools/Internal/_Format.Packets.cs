using System;
using System.Collections;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>The time of a packet, as precise as most captures are.</summary>
    public static string Time(SocketPacket packet) => packet.Timestamp.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>Who sent a packet: address and port; the address alone where there is no port; without IP the hardware address.</summary>
    public static string Source(SocketPacket packet) => packet.Ip is { } ip ? Sided(packet, ip.Source, packet.Source)
        : packet.Arp is { SenderAddress: { } sender } ? $"{sender}" : packet.Link?.Source ?? "";

    /// <summary>To whom it was sent.</summary>
    public static string Target(SocketPacket packet) => packet.Ip is { } ip ? Sided(packet, ip.Destination, packet.Destination)
        : packet.Arp is { TargetAddress: { } target } ? $"{target}" : (packet.Link as EthernetLayer)?.Destination ?? "";

    /// <summary>The protocol and what its header says; the packet has to be on one line, so flags come first and options last.</summary>
    public static string Info(SocketPacket packet) => packet.Info.StartsWith(packet.Protocol, StringComparison.Ordinal) ? packet.Info : $"{packet.Protocol} {packet.Info}";

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

    /// <summary>The bytes of a field, as far as the column takes them.</summary>
    public static string Hex(PacketField field) => Cut(field.Hex, 20);

    // The port tells more than the middle of a long address, so the address is cut for it.
    private static string Sided(SocketPacket packet, IPAddress address, IPEndPoint? end)
    {
        const int Column = 18;
        if (end is null || (packet.Tcp is null && packet.Udp is null))
        {
            return $"{address}";
        }

        string whole = $"{end}";
        if (whole.Length <= Column)
        {
            return whole;
        }

        string port = $":{end.Port}";
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{Cut($"{address}", Column - port.Length - 2)}]{port}"
            : $"{Cut($"{address}", Column - port.Length)}{port}";
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..(length - 1)]}…";
}
