using System;
using System.Buffers.Binary;

namespace SocketTools;

internal static partial class PacketDecoder
{
    private static void Ethernet(in LayerSpan span)
    {
        if (!Has(span, 14, "Ethernet"))
        {
            Data(span, 2);
            return;
        }

        EthernetLayer layer = new(span);
        span.Packet.Link = layer;
        span.Packet.Add(layer);
        int type = layer.EtherType;
        LayerSpan inside = span.After(EthernetLayer.FixedLength);
        if (type < EtherTypes.First && type > inside.Length)
        {
            span.Packet.Report($"Ethernet: the length is {type}, and {inside.Length} bytes are there");
        }

        if (type < EtherTypes.First)
        {
            LogicalLink(inside.Bounded(type));
        }
        else
        {
            Network(inside, type);
        }
    }

    private static void LogicalLink(in LayerSpan span)
    {
        // Novell had frames with a length and nothing of 802.2 behind it: they begin with a checksum that is never used.
        if (span.Captured >= 2 && span.Bytes[0] == 0xFF && span.Bytes[1] == 0xFF)
        {
            Data(span, 3);
            return;
        }

        int header = span.Captured < LlcLayer.LeastLength ? LlcLayer.LeastLength : LlcLayer.HeaderOf(span.Bytes[0], span.Bytes[1], span.Bytes[2]);
        if (!Has(span, header, "LLC"))
        {
            Data(span, 2);
            return;
        }

        LlcLayer layer = new(span, header);
        span.Packet.Add(layer);
        LayerSpan inside = span.After(header);
        if (layer.Organization == 0)
        {
            Network(inside, layer.ProtocolId!.Value);
        }
        else
        {
            Data(inside, 3);
        }
    }

    private static void Cooked(in LayerSpan span, bool second)
    {
        LinuxCookedLayer? layer = Has(span, second ? 20 : 16, "Linux cooked") ? new LinuxCookedLayer(span, second) : null;
        if (layer is null)
        {
            Data(span, 2);
            return;
        }

        span.Packet.Link = layer;
        span.Packet.Add(layer);
        Network(span.After(layer.HeaderLength), layer.EtherType);
    }

    private static void Null(in LayerSpan span)
    {
        if (!Has(span, 4, "Null"))
        {
            Data(span, 2);
            return;
        }

        // LINKTYPE_NULL is in the order of whoever captured. Families are small numbers, so the order shows.
        uint family = BinaryPrimitives.ReadUInt32BigEndian(span.Bytes);
        if (span.Packet.LinkType == LinkType.Null && family > 0xFFFF)
        {
            family = BinaryPrimitives.ReverseEndianness(family);
        }

        NullLayer layer = new(span, family);
        span.Packet.Link = layer;
        span.Packet.Add(layer);
        Network(span.After(4), layer.EtherType);
    }

    private static void Network(LayerSpan span, int type)
    {
        while (type is EtherTypes.Vlan or EtherTypes.ProviderVlan or EtherTypes.OldProviderVlan)
        {
            if (!Has(span, VlanLayer.FixedLength, "802.1Q"))
            {
                break;
            }

            VlanLayer tag = new(span);
            span.Packet.Add(tag);
            type = tag.EtherType;
            span = span.After(VlanLayer.FixedLength);
        }

        switch (type)
        {
            case EtherTypes.IPv4:
                IPv4(span, 0);
                break;
            case EtherTypes.IPv6:
                IPv6(span, 0);
                break;
            case EtherTypes.Arp:
                Arp(span);
                break;
            default:
                Data(span, 3);
                break;
        }
    }

    private static void Arp(in LayerSpan span)
    {
        if (!Has(span, ArpLayer.FixedLength, "ARP"))
        {
            Data(span, 3);
            return;
        }

        int length = ArpLayer.FixedLength + (2 * (span.Bytes[4] + span.Bytes[5]));
        if (length > span.Length)
        {
            span.Packet.Report($"ARP: the addresses need {length} bytes, and {span.Length} are there");
        }

        ArpLayer layer = new(span.Bounded(length), Math.Min(length, span.Length));
        span.Packet.Arp = layer;
        span.Packet.Add(layer);
    }
}
