namespace SocketTools;

/// <summary>Bytes to layers. No I/O, and no exception whatever the bytes are.</summary>
internal static partial class PacketDecoder
{
    // Packets in packets in packets: deeper than anyone builds, and no stack to overflow.
    private const int MaximumDepth = 16;

    public static void Decode(SocketPacket packet)
    {
        LayerSpan all = new(packet, 0, packet.Bytes.Length, packet.Length);
        switch (packet.LinkType)
        {
            case LinkType.Ethernet:
                Ethernet(all);
                break;
            case LinkType.Raw:
            case LinkType.Ipv4:
            case LinkType.Ipv6:
            case (LinkType)12: // what some systems write for raw IP
            case (LinkType)14:
                Raw(all, 0);
                break;
            case LinkType.Null:
            case LinkType.Loop:
                Null(all);
                break;
            case LinkType.LinuxCooked:
                Cooked(all, second: false);
                break;
            case LinkType.LinuxCooked2:
                Cooked(all, second: true);
                break;
            default:
                packet.Report($"link type {(int)packet.LinkType} is not known here");
                Data(all, 2);
                break;
        }
    }

    private static void Data(in LayerSpan span, int osiLayer)
    {
        if (span.Length > 0)
        {
            span.Packet.Add(new DataLayer(span, osiLayer));
        }
    }

    /// <summary>False, and flagged, where the bytes do not make a whole fixed header. What is cut off by the capture itself is no fault of the packet.</summary>
    private static bool Has(in LayerSpan span, int length, string name)
    {
        if (span.Captured >= length)
        {
            return true;
        }

        span.Packet.Report(span.Length >= length
            ? $"{name}: only {span.Captured} of {length} bytes of the header were captured"
            : $"{name}: {span.Length} bytes are too few for the header, which has {length}");
        return false;
    }
}
