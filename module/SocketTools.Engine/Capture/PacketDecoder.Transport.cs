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
            CheckOptions("TCP", whole, Fixed, header);
        }

        Data(whole.After(header), 7);
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
        else if (stated != 0)
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
        if (!Has(span, 4, six ? "ICMPv6" : "ICMP"))
        {
            Data(span, 4);
            return;
        }

        IcmpLayer layer = new(span, Math.Min(IcmpLayer.FixedLength, span.Length), carrier, six);
        span.Packet.Icmp = layer;
        span.Packet.Add(layer);
        Data(span.After(layer.HeaderLength), 7);
    }
}
