namespace SocketTools;

/// <summary>A tag of IEEE 802.1Q.</summary>
/// <param name="Protocol">0x8100, or 0x88A8 for the outer tag of a provider (802.1ad).</param>
/// <param name="Control">Its 16 bits as they are.</param>
public readonly record struct VlanTag(ushort Protocol, ushort Control)
{
    /// <summary>The virtual network, 0 to 4095.</summary>
    public int Id => Control & 0xFFF;

    /// <summary>0 to 7.</summary>
    public int Priority => Control >> 13;

    /// <summary>Whether it may be dropped first.</summary>
    public bool DropEligible => (Control & 0x1000) != 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Id}";
}
