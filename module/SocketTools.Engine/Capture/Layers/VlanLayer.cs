namespace SocketTools;

/// <summary>A tag of IEEE 802.1Q: which virtual network. Two of them are 802.1ad.</summary>
public sealed class VlanLayer : PacketLayer
{
    internal const int FixedLength = 4;

    internal VlanLayer(in LayerSpan span)
        : base(span, FixedLength)
    {
    }

    /// <inheritdoc/>
    public override string Name => "802.1Q";

    /// <inheritdoc/>
    public override int OsiLayer => 2;

    /// <summary>The virtual network, 0 to 4095.</summary>
    public int Id => UInt16(0) & 0xFFF;

    /// <summary>0 to 7.</summary>
    public int Priority => UInt16(0) >> 13;

    /// <summary>Whether it may be dropped first.</summary>
    public bool DropEligible => (UInt16(0) & 0x1000) != 0;

    /// <summary>The protocol behind the tag.</summary>
    public int EtherType => UInt16(2);

    /// <inheritdoc/>
    public override string Summary => $"network {Id}, priority {Priority}, {EtherTypes.Name(EtherType)}";

    private protected override void AddFields(FieldList list) =>
        list.Add(nameof(Priority), 0, 2, Priority).Add(nameof(DropEligible), 0, 2, DropEligible).Add(nameof(Id), 0, 2, Id).Add(nameof(EtherType), 2, 2, EtherType);
}
