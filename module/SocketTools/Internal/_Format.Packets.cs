using System.Net;
using System.Net.Sockets;
using SocketTools.Formatting;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>The time of a packet, as precise as most captures are.</summary>
    public static string Time(SocketPacket packet) => ValueText.Time(packet.Timestamp);

    /// <summary>Who sent a packet: address and port; the address alone where there is no port; without IP the hardware address.</summary>
    public static string Source(SocketPacket packet) => Sided(ValueText.Source(packet), ValueText.Ported(packet, packet.Source));

    /// <summary>To whom it was sent.</summary>
    public static string Target(SocketPacket packet) => Sided(ValueText.Target(packet), ValueText.Ported(packet, packet.Destination));

    /// <summary>What a field says: bytes in hexadecimal, lists with spaces.</summary>
    public static string Value(PacketField field) => ValueText.Value(field);

    /// <summary>The bytes of a field, as far as the column takes them.</summary>
    public static string Hex(PacketField field) => Cut(field.Hex, 20);

    // The port tells more than the middle of a long address, so the address is cut for it.
    private static string Sided(string whole, IPEndPoint? end)
    {
        const int Column = 18;
        if (end is null || whole.Length <= Column)
        {
            return whole;
        }

        string port = $":{end.Port}";
        return end.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{Cut($"{end.Address}", Column - port.Length - 2)}]{port}"
            : $"{Cut($"{end.Address}", Column - port.Length)}{port}";
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..(length - 1)]}…";
}
