using System;
using System.Buffers.Binary;

namespace SocketTools;

internal static partial class PacketDecoder
{
    private static void Raw(in LayerSpan span, int depth)
    {
        if (span.Captured == 0)
        {
            span.Packet.Report("IP: the packet is empty");
            return;
        }

        switch (span.Bytes[0] >> 4)
        {
            case 4:
                IPv4(span, depth);
                break;
            case 6:
                IPv6(span, depth);
                break;
            default:
                span.Packet.Report($"IP: version {span.Bytes[0] >> 4} is neither 4 nor 6");
                Data(span, 3);
                break;
        }
    }

    private static void IPv4(in LayerSpan span, int depth)
    {
        const int Fixed = 20;
        SocketPacket packet = span.Packet;
        if (!Has(span, Fixed, "IPv4"))
        {
            Data(span, 3);
            return;
        }

        ReadOnlySpan<byte> bytes = span.Bytes;
        if (bytes[0] >> 4 != 4)
        {
            packet.Report($"IPv4: the version is {bytes[0] >> 4}");
            Data(span, 3);
            return;
        }

        int header = (bytes[0] & 15) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (header < Fixed)
        {
            packet.Report($"IPv4: a header of {header} bytes is shorter than {Fixed}");
            packet.Add(packet.Ip = new IPv4Layer(span, Fixed));
            Data(span.After(Fixed), 3);
            return;
        }

        // Linux writes 0 for what is larger than the field can say, and leaves the rest to the network card.
        if (total == 0)
        {
            total = span.Length;
        }
        else if (total > span.Length)
        {
            packet.Report($"IPv4: the total length is {total}, and {span.Length} bytes are there");
        }
        else if (total < header)
        {
            packet.Report($"IPv4: the total length is {total}, and the header has {header}");
            total = span.Length;
        }

        LayerSpan inside = span.Bounded(total);
        if (header > inside.Length)
        {
            packet.Report($"IPv4: the header says {header} bytes, and {inside.Length} are there");
            header = inside.Length;
        }

        IPv4Layer layer = new(inside, header);
        packet.Ip = layer;
        packet.Add(layer);
        if (header > Fixed)
        {
            CheckOptions("IPv4", inside, Fixed, header);
        }

        inside = inside.After(header);
        if (layer.FragmentOffset != 0)
        {
            Data(inside, 4);
        }
        else
        {
            Transport(inside, layer, layer.Protocol, depth);
        }
    }

    private static void CheckOptions(string name, in LayerSpan span, int from, int header)
    {
        ReadOnlySpan<byte> rest = span.Bytes;
        if (rest.Length < header)
        {
            return; // The capture ends in them.
        }

        for (rest = rest[from..header]; !rest.IsEmpty && rest[0] != 0;)
        {
            int length = OptionReader.LengthAt(rest);
            if (length == 0)
            {
                span.Packet.Report(rest.Length == 1
                    ? $"{name}: option {rest[0]} has no length"
                    : $"{name}: option {rest[0]} says {rest[1]} bytes, and {rest.Length} are left");
                return;
            }

            rest = rest[length..];
        }
    }

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

        int stated = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        int total = stated == 0 ? span.Length : Fixed + stated;
        if (total > span.Length)
        {
            packet.Report($"IPv6: the payload length is {stated}, and {span.Length - Fixed} bytes are there");
        }

        LayerSpan inside = span.Bounded(total);
        IPv6Layer layer = new(inside) { UpperProtocol = bytes[6] };
        packet.Ip = layer;
        packet.Add(layer);
        Transport(inside.After(Fixed), layer, bytes[6], depth);
    }
}
