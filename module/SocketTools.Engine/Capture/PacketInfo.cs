namespace SocketTools;

/// <summary>What the last column of the table of packets says.</summary>
internal static class PacketInfo
{
    public static string Of(SocketPacket packet)
    {
        string text = $"{Way(packet)}{packet.Protocol} ";
        text +=
            packet.Tcp is { } tcp ? tcp.Info
            : packet.Udp is { } udp ? $"len {udp.PayloadLength}"
            : packet.Icmp is { } icmp ? icmp.Summary
            : packet.Arp is { } arp ? arp.Summary
            : packet.Ip is { } ip ? $"len {ip.PayloadLength}"
            : $"len {packet.Length}";
        if (packet.Ip is { IsFragment: true } part)
        {
            text += part.FragmentOffset == 0 ? ", first fragment" : $", fragment at {part.FragmentOffset}{(part.MoreFragments ? "" : ", the last")}";
        }

        if (packet.Truncated)
        {
            text += $", {packet.Bytes.Length} bytes captured";
        }

        return packet.Problems.Count == 0 ? text : $"{text}, {packet.Problems[0]}";
    }

    // Of a capture of all interfaces, where one packet may be seen several times on its way.
    private static string Way(SocketPacket packet) =>
        packet.Link is LinuxCookedLayer && packet.Interface is { } name ? $"{name} {(packet.Direction == PacketDirection.Outgoing ? "out" : "in")} " : "";
}
