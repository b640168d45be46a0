namespace SocketTools;

/// <summary>Logical link control (IEEE 802.2), which frames with a length have in the place of a type; and SNAP behind it, which has a type again (IEEE 802).</summary>
public sealed class LlcLayer : PacketLayer
{
    /// <summary>Both addresses and the shortest control field.</summary>
    internal const int LeastLength = 3;

    internal const int SnapLength = 8;

    private const int Snap = 0xAA;

    internal LlcLayer(in LayerSpan span, int headerLength)
        : base(span, headerLength)
    {
    }

    /// <inheritdoc/>
    public override string Name => "LLC";

    /// <inheritdoc/>
    public override int OsiLayer => 2;

    /// <summary>The receiver's service access point: 0x42 is the spanning tree, 0xAA SNAP, 0xE0 IPX, 0xFE ISO. Its lowest bit is that of groups.</summary>
    public int Destination => Byte(0);

    /// <summary>The sender's service access point; its lowest bit is that of answers.</summary>
    public int Source => Byte(1);

    /// <summary>The kind of the frame; 3 is one without a number. Others than that kind have two bytes, the low one first.</summary>
    public int Control => ControlLength == 1 ? Byte(2) : (Byte(3) << 8) | Byte(2);

    /// <summary>Of SNAP: whose types these are; 0 is Ethernet's. Else null.</summary>
    public int? Organization => IsSnap ? (Byte(3) << 16) | UInt16(4) : null;

    /// <summary>Of SNAP: the protocol that it carries, by its number with that organization; else null.</summary>
    public int? ProtocolId => IsSnap ? UInt16(6) : null;

    /// <inheritdoc/>
    public override string Summary => IsSnap
        ? $"SNAP, {(Organization == 0 ? EtherTypes.Name(UInt16(6)) : $"protocol 0x{UInt16(6):x4} of 0x{Organization:x6}")}"
        : $"{ServiceName(Destination)}, control 0x{Control:x2}, len {PayloadLength}";

    private bool IsSnap => HeaderLength == SnapLength;

    private int ControlLength => (Byte(2) & 3) == 3 ? 1 : 2;

    /// <summary>The bytes of the header that begins so.</summary>
    internal static int HeaderOf(byte destination, byte source, byte control) =>
        destination == Snap && source == Snap && control == 3 ? SnapLength : (control & 3) == 3 ? LeastLength : LeastLength + 1;

    private static string ServiceName(int service) => (service & 0xFE) switch
    {
        0x00 => "null",
        0x06 => "IP",
        0x42 => "spanning tree",
        0xAA => "SNAP",
        0xE0 => "IPX",
        0xF0 => "NetBIOS",
        0xFE => "ISO",
        _ => $"service 0x{service:x2}",
    };

    private protected override void AddFields(FieldList list)
    {
        list.Add(nameof(Destination), 0, 1, Destination).Add(nameof(Source), 1, 1, Source).Add(nameof(Control), 2, ControlLength, Control);
        if (IsSnap)
        {
            list.Add(nameof(Organization), 3, 3, Organization).Add(nameof(ProtocolId), 6, 2, ProtocolId);
        }
    }
}
