using System;

namespace SocketTools;

internal static partial class PacketDecoder
{
    private static void Transport(in LayerSpan span, InternetLayer carrier, byte protocol, int depth)
    {
        switch (protocol)
        {
            case IPProtocols.Tcp:
                Tcp(span, carrier);
                break;
            case IPProtocols.Udp:
                Udp(span, carrier);
                break;
            case IPProtocols.Icmp:
            case IPProtocols.IcmpV6:
                Icmp(span, carrier, protocol == IPProtocols.IcmpV6);
                break;
            case IPProtocols.IPv4 when depth < MaximumDepth:
                IPv4(span, depth + 1);
                break;
            case IPProtocols.IPv6 when depth < MaximumDepth:
                IPv6(span, depth + 1);
                break;
            case IPProtocols.IPv4 or IPProtocols.IPv6:
                span.Packet.Report($"IP: more than {MaximumDepth} packets are in one another");
                Data(span, 3);
                break;
            default:
                Data(span, 4);
                break;
        }
    }

    private static void Tcp(in LayerSpan span, InternetLayer carrier)
    {
        const int Fixed = TcpLayer.FixedLength;
        if (span.Captured < Fixed)
        {
            _ = Has(span, Fixed, "TCP");
            if (span.Captured < 4)
            {
                Data(span, 4);
                return;
            }
        }

        SocketPacket packet = span.Packet;
        int header = span.Captured < 13 ? Fixed : (span.Bytes[12] >> 4) * 4;
        LayerSpan whole = span;
        if (header < Fixed)
        {
            packet.Report($"TCP: a header of {header} bytes is shorter than {Fixed}");
            header = Math.Min(Fixed, span.Length);
            whole = span.Bounded(header); // Nobody knows where the payload begins.
        }
        else if (header > span.Length)
        {
            if (span.Length >= Fixed)
            {
                packet.Report($"TCP: the header says {header} bytes, and {span.Length} are there");
            }

            header = span.Length;
        }

        TcpLayer layer = new(whole, header, carrier);
        packet.Tcp = layer;
        packet.Add(layer);
        if (header > Fixed)
        {
            CheckOptions("TCP", whole, Fixed, header, tcp: true);
        }

        if (span.Captured >= Fixed)
        {
            CheckFlags(layer);
        }

        Data(whole.After(header), 7);
    }

    private static void CheckFlags(TcpLayer layer)
    {
        TcpFlags control = layer.Flags & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST);
        if ((control & TcpFlags.SYN) != 0 && control != TcpFlags.SYN)
        {
            layer.Packet.Report($"TCP: {control} do not go together");
        }
        else if (layer.Flags == TcpFlags.None)
        {
            layer.Packet.Report("TCP: no flag is set");
        }

        if (layer.DestinationPort == 0)
        {
            layer.Packet.Report("TCP: the destination is port 0");
        }
    }

    private static void Udp(in LayerSpan span, InternetLayer carrier)
    {
        const int Fixed = UdpLayer.FixedLength;
        if (span.Captured < Fixed)
        {
            _ = Has(span, Fixed, "UDP");
            if (span.Captured < 4)
            {
                Data(span, 4);
                return;
            }
        }

        SocketPacket packet = span.Packet;
        int stated = span.Captured < 6 ? span.Length : (span.Bytes[4] << 8) | span.Bytes[5];
        LayerSpan whole = span;
        if (stated > span.Length)
        {
            if (!carrier.IsFragment)
            {
                packet.Report($"UDP: the length is {stated}, and {span.Length} bytes are there");
            }
        }
        else if (stated >= Fixed)
        {
            whole = span.Bounded(stated);
        }
        else if (stated != 0 || span.Length <= ushort.MaxValue)
        {
            packet.Report($"UDP: a length of {stated} is shorter than the header");
        }

        UdpLayer layer = new(whole, Math.Min(Fixed, whole.Length), carrier);
        packet.Udp = layer;
        packet.Add(layer);
        Data(whole.After(layer.HeaderLength), 7);
    }

    private static void Icmp(in LayerSpan span, InternetLayer carrier, bool six)
    {
        string name = six ? "ICMPv6" : "ICMP";
        if (!Has(span, IcmpLayer.LeastLength, name))
        {
            Data(span, 4);
            return;
        }

        int header = IcmpLayer.HeaderOf(six, span.Bytes[0]);
        if (span.Length < header)
        {
            span.Packet.Report($"{name}: {span.Length} bytes are too few for type {span.Bytes[0]}, which has {header}");
            header = span.Length;
        }

        IcmpLayer layer = new(span, header, carrier, six);
        span.Packet.Icmp = layer;
        span.Packet.Add(layer);

        // The options of neighbour discovery and the groups of a report are in the layer itself; what an error quotes is a packet of the network layer.
        if (six && layer.Type is >= 133 and <= 137)
        {
            CheckOptions(layer);
        }
        else if (six && layer.Type == IcmpLayer.GroupReport)
        {
            CheckGroups(layer);
        }
        else
        {
            Data(span.After(header), layer.QuotesPacket ? 3 : 7);
        }
    }

    private static void CheckGroups(IcmpLayer layer)
    {
        if (layer.IsWhole && layer.Groups.Count != layer.UInt16(6))
        {
            layer.Packet.Report($"ICMPv6: the report says that it has {layer.UInt16(6)} groups, and {layer.Groups.Count} are there");
        }
    }

    private static void CheckOptions(IcmpLayer layer)
    {
        if (!layer.IsWhole)
        {
            return;
        }

        for (ReadOnlySpan<byte> rest = layer.Carried; !rest.IsEmpty;)
        {
            int length = IcmpOption.LengthAt(rest);
            if (length == 0)
            {
                layer.Packet.Report($"ICMPv6: the length of option {rest[0]} lies");
                return;
            }

            rest = rest[length..];
        }
    }
}
