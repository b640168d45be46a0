namespace SocketTools;

/// <summary>The loopback of BSD and macOS: only the address family (LINKTYPE_NULL and LINKTYPE_LOOP).</summary>
public sealed class NullLayer : LinkLayer
{
    internal NullLayer(in LayerSpan span, uint family)
        : base(span, 4) => Family = family;

    /// <inheritdoc/>
    public override string Name => "Null";

    /// <summary>The address family by the number of the system that captured: 2 is IPv4; IPv6 is 24, 28 or 30, and 10 on Linux.</summary>
    public uint Family { get; }

    /// <inheritdoc/>
    public override int EtherType => Family switch
    {
        2 => EtherTypes.IPv4,
        10 or 24 or 28 or 30 => EtherTypes.IPv6,
        _ => 0,
    };

    /// <summary>Empty: this link has no addresses.</summary>
    public override string Source => "";

    /// <inheritdoc/>
    public override string Summary => EtherType == 0 ? $"family {Family}" : EtherTypes.Name(EtherType);

    private protected override void AddFields(FieldList list) => list.Add(nameof(Family), 0, 4, Family);
}
