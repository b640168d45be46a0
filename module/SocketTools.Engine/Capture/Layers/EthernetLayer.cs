namespace SocketTools;

/// <summary>Ethernet II, or 802.3 where <see cref="EtherType"/> is a length. Tags of 802.1Q are layers of their own: <see cref="VlanLayer"/>.</summary>
public sealed class EthernetLayer : LinkLayer
{
    internal const int FixedLength = 14;

    internal EthernetLayer(in LayerSpan span)
        : base(span, FixedLength)
    {
    }

    /// <inheritdoc/>
    public override string Name => "Ethernet";

    /// <summary>The receiver's hardware address with colons.</summary>
    public string Destination => Hardware(0, 6);

    /// <inheritdoc/>
    public override string Source => Hardware(6, 6);

    /// <summary>The protocol that it carries; a number below 1536 is the length of an 802.3 frame instead.</summary>
    public override int EtherType => UInt16(12);

    /// <inheritdoc/>
    public override string Summary => $"{Source} > {Destination}, {EtherTypes.Name(EtherType)}";

    private protected override void AddFields(FieldList list) =>
        list.Add(nameof(Destination), 0, 6, Destination).Add(nameof(Source), 6, 6, Source).Add(nameof(EtherType), 12, 2, EtherType);
}
