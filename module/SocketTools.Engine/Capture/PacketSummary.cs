using System.Net;
using System.Text;

namespace SocketTools;

/// <summary>A packet in one line, in the words and the order of tcpdump -n -S -t.</summary>
internal static class PacketSummary
{
    public static string Of(SocketPacket packet)
    {
        if (packet.Arp is { } arp)
        {
            return Arp(arp);
        }

        if (packet.Ip is not { } ip)
        {
            return packet.Layers.Count == 0 ? $"{packet.Length} bytes" : packet.Layers[^1] is DataLayer && packet.Layers.Count > 1 ? $"{packet.Layers[^2]}" : $"{packet.Layers[^1]}";
        }

        StringBuilder text = new();
        InternetLayer? outer = null;
        foreach (PacketLayer layer in packet.Layers)
        {
            if (layer is InternetLayer internet)
            {
                if (internet == ip)
                {
                    break;
                }

                outer = internet;
                text.Append(Family(outer)).Append(' ').Append(outer.Source).Append(" > ").Append(outer.Destination).Append(": ");
            }
        }

        string extensions = Extensions(packet, ip);
        (string source, string destination) = Ports(packet);
        text.Append(Family(ip)).Append(' ').Append(ip.Source);
        if (extensions.Length == 0)
        {
            text.Append(source is "" ? "" : $".{source}").Append(" > ").Append(ip.Destination).Append(destination is "" ? "" : $".{destination}").Append(": ");
        }
        else
        {
            text.Append(" > ").Append(ip.Destination).Append(": ").Append(extensions);
            text.Append(source is "" ? "" : $" {source} > {destination}: ");
            text.Append(source is "" && packet.Icmp is not null ? " " : "");
        }

        return text.Append(Inside(packet, ip)).ToString();
    }

    private static string Inside(SocketPacket packet, InternetLayer ip) =>
        packet.Tcp is { } tcp ? Tcp(tcp)
        : packet.Udp is { } udp ? $"UDP, length {(udp.StatedLength >= UdpLayer.FixedLength ? udp.StatedLength - UdpLayer.FixedLength : udp.PayloadLength)}"
        : packet.Icmp is { } icmp ? IcmpSummary.Of(icmp)
        : ip is IPv6Layer { IsFragment: true } ? ""
        : $"ip-proto-{ip.Protocol}{(ip.IsFragment ? "" : $" {ip.PayloadLength}")}";

    private static string Tcp(TcpLayer tcp)
    {
        if (tcp.Captured.Length < TcpLayer.FixedLength)
        {
            return "[|tcp]";
        }

        StringBuilder text = new("Flags [");
        string flags = Flags(tcp.Flags);
        text.Append(flags.Length == 0 ? "none" : flags).Append(']');
        int length = tcp.PayloadLength;
        if (length > 0 || (tcp.Flags & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST)) != 0)
        {
            text.Append(", seq ").Append(tcp.SequenceNumber);
            if (length > 0)
            {
                text.Append(':').Append(unchecked(tcp.SequenceNumber + (uint)length));
            }
        }

        if ((tcp.Flags & TcpFlags.ACK) != 0)
        {
            text.Append(", ack ").Append(tcp.AcknowledgmentNumber);
        }

        text.Append(", win ").Append(tcp.Window);
        if ((tcp.Flags & TcpFlags.URG) != 0)
        {
            text.Append(", urg ").Append(tcp.UrgentPointer);
        }

        if (tcp.Options.Count > 0)
        {
            text.Append(", options [");
            foreach (TcpOption option in tcp.Options)
            {
                text.Append(option.ShortText()).Append(',');
            }

            text[^1] = ']';
        }

        return text.Append(", length ").Append(length).ToString();
    }

    private static string Flags(TcpFlags flags)
    {
        (TcpFlags, char)[] letters =
        [
            (TcpFlags.FIN, 'F'), (TcpFlags.SYN, 'S'), (TcpFlags.RST, 'R'), (TcpFlags.PSH, 'P'), (TcpFlags.ACK, '.'), (TcpFlags.URG, 'U'),
            (TcpFlags.ECE, 'E'), (TcpFlags.CWR, 'W'),
        ];
        StringBuilder text = new(letters.Length);
        foreach ((TcpFlags flag, char letter) in letters)
        {
            if ((flags & flag) != 0)
            {
                text.Append(letter);
            }
        }

        return text.ToString();
    }

    private static string Arp(ArpLayer arp) => arp.Operation switch
    {
        1 => $"ARP, Request who-has {arp.TargetAddress} tell {arp.SenderAddress}, length {arp.Length}",
        2 => $"ARP, Reply {arp.SenderAddress} is-at {arp.SenderHardwareAddress}, length {arp.Length}",
        _ => $"ARP, {arp.Summary}, length {arp.Length}",
    };

    private static string Family(InternetLayer ip) => ip is IPv4Layer ? "IP" : "IP6";

    private static (string Source, string Destination) Ports(SocketPacket packet) =>
        packet.Tcp is { } tcp ? ($"{tcp.SourcePort}", $"{tcp.DestinationPort}") : packet.Udp is { } udp ? ($"{udp.SourcePort}", $"{udp.DestinationPort}") : ("", "");

    private static string Extensions(SocketPacket packet, InternetLayer ip)
    {
        StringBuilder text = new();
        for (PacketLayer? layer = ip.Next; layer is IPv6ExtensionLayer extension; layer = layer.Next)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(extension.Kind switch
            {
                IPProtocols.HopByHop => "HBH",
                IPProtocols.Routing => $"srcrt (len={(extension.HeaderLength / 8) - 1}, type={extension.RoutingType}, segleft={extension.SegmentsLeft})",
                IPProtocols.Fragment => $"frag ({extension.FragmentOffset}|{extension.PayloadLength})",
                IPProtocols.Authentication => "AH",
                _ => "DSTOPT",
            });
        }

        return text.ToString();
    }
}
