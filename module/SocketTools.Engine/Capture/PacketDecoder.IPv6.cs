using System;
using System.Buffers.Binary;

namespace SocketTools;

internal static partial class PacketDecoder
{
    private static void IPv6(in LayerSpan span, int depth)
    {
        const int Fixed = 40;
        SocketPacket packet = span.Packet;
        if (!Has(span, Fixed, "IPv6"))
        {
            Data(span, 3);
            return;
        }

        ReadOnlySpan<byte> bytes = span.Bytes;
        if (bytes[0] >> 4 != 6)
        {
            packet.Report($"IPv6: the version is {bytes[0] >> 4}");
            Data(span, 3);
            return;
        }

        // 0 stands for more than the field can say: a jumbogram (RFC 2675), or one that a network card will cut up.
        int stated = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        int total = stated == 0 && span.Length > Fixed + ushort.MaxValue ? span.Length : Fixed + stated;
        if (total > span.Length)
        {
            packet.Report($"IPv6: the payload length is {stated}, and {span.Length - Fixed} bytes are there");
        }

        LayerSpan inside = span.Bounded(total);
        IPv6Layer layer = new(inside) { UpperProtocol = bytes[6] };
        packet.Ip = layer;
        packet.Add(layer);
        inside = inside.After(Fixed);
        if (IsExtension(bytes[6]))
        {
            Extensions(inside, layer, depth);
        }
        else
        {
            Transport(inside, layer, bytes[6], depth);
        }
    }

    private static bool IsExtension(byte protocol) =>
        protocol is IPProtocols.HopByHop or IPProtocols.Routing or IPProtocols.Fragment or IPProtocols.Destination or IPProtocols.Authentication;

    private static void Extensions(LayerSpan span, IPv6Layer carrier, int depth)
    {
        byte next = carrier.NextHeader;
        for (bool first = true; IsExtension(next); first = false)
        {
            if (!Has(span, 8, "IPv6 extension"))
            {
                Data(span, 3);
                return;
            }

            ReadOnlySpan<byte> bytes = span.Bytes;
            int header = next switch
            {
                IPProtocols.Fragment => 8,
                IPProtocols.Authentication => (bytes[1] + 2) * 4,
                _ => (bytes[1] + 1) * 8,
            };
            if (header > span.Length)
            {
                span.Packet.Report($"IPv6 extension: the header says {header} bytes, and {span.Length} are there");
                header = span.Length;
            }

            if (next == IPProtocols.HopByHop && !first)
            {
                span.Packet.Report("IPv6 extension: hop-by-hop options are not the first extension header");
            }

            IPv6ExtensionLayer layer = new(span, header, next);
            span.Packet.Add(layer);
            CheckOptions(layer);
            (next, carrier.UpperProtocol) = (layer.NextHeader, layer.NextHeader);
            span = span.After(header);
            if (layer.Kind == IPProtocols.Routing && layer.SegmentsLeft > 0)
            {
                carrier.IsRouted = true;
            }
            else if (layer.Kind == IPProtocols.Fragment)
            {
                carrier.FragmentHeader = layer;
                CheckFragment("IPv6", span, carrier);
                if (layer.FragmentOffset != 0)
                {
                    Data(span, 4);
                    return;
                }
            }
        }

        Transport(span, carrier, next, depth);
    }

    private static void CheckOptions(IPv6ExtensionLayer layer)
    {
        if (layer.Kind is not (IPProtocols.HopByHop or IPProtocols.Destination) || layer.Captured.Length < layer.HeaderLength)
        {
            return;
        }

        for (ReadOnlySpan<byte> rest = layer.Captured[2..layer.HeaderLength]; !rest.IsEmpty;)
        {
            int length = IPv6Option.LengthAt(rest);
            if (length == 0)
            {
                layer.Packet.Report($"{layer.Name}: the length of option {rest[0]} lies");
                return;
            }

            rest = rest[length..];
        }
    }
}
