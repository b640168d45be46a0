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

        // A packet that a network card will cut up may be larger than the field can say; then it is 0.
        if (total == 0 && span.Length > ushort.MaxValue)
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
            CheckOptions("IPv4", inside, Fixed, header, tcp: false);
        }

        if (layer.Reserved)
        {
            packet.Report("IPv4: the reserved bit is set");
        }

        inside = inside.After(header);
        if (layer.IsFragment)
        {
            CheckFragment("IPv4", inside, layer);
        }

        if (layer.FragmentOffset != 0)
        {
            Data(inside, 4);
        }
        else
        {
            Transport(inside, layer, layer.Protocol, depth);
        }
    }

    private static void CheckFragment(string name, in LayerSpan span, InternetLayer layer)
    {
        if (layer.MoreFragments && span.Length % 8 != 0)
        {
            span.Packet.Report($"{name}: a fragment that others follow has {span.Length} bytes, which is no multiple of 8");
        }

        if (layer.FragmentOffset + span.Length > ushort.MaxValue)
        {
            span.Packet.Report($"{name}: the fragment ends at {layer.FragmentOffset + span.Length}, behind the end of the largest packet");
        }
    }

    private static void CheckOptions(string name, in LayerSpan span, int from, int header, bool tcp)
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

            if (tcp && !TcpOption.HasRightLength(rest[0], length))
            {
                span.Packet.Report($"TCP: option {rest[0]} has {length} bytes, which is wrong for its kind");
            }

            rest = rest[length..];
        }
    }
}
