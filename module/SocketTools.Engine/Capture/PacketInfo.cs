namespace SocketTools;

/// <summary>What the last column of the table of packets says.</summary>
internal static class PacketInfo
{
    public static string Of(SocketPacket packet)
    {
        string text =
            packet.Tcp is { } tcp ? tcp.Info
            : packet.Udp is { } udp ? $"length {udp.PayloadLength}"
            : packet.Icmp is { } icmp ? icmp.Summary
            : packet.Arp is { } arp ? arp.Summary
            : packet.Ip is { } ip ? $"length {ip.PayloadLength}"
            : packet.Layers.Count > 0 ? packet.Layers[0].Summary
            : "";
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
}
