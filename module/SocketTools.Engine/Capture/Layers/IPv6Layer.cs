using System.Net;

namespace SocketTools;

/// <summary>The header of RFC 8200. Its extension headers are layers of their own: <see cref="IPv6ExtensionLayer"/>.</summary>
public sealed class IPv6Layer : InternetLayer
{
    internal IPv6Layer(in LayerSpan span)
        : base(span, 40)
    {
    }

    /// <inheritdoc/>
    public override string Name => "IPv6";

    /// <summary>Eight bits: <see cref="InternetLayer.DifferentiatedServices"/> and <see cref="InternetLayer.Congestion"/>.</summary>
    public byte TrafficClass => (byte)(UInt16(0) >> 4);

    /// <inheritdoc/>
    public override int DifferentiatedServices => TrafficClass >> 2;

    /// <inheritdoc/>
    public override int Congestion => TrafficClass & 3;

    /// <summary>Marks the packets of one flow (RFC 6437).</summary>
    public int FlowLabel => (int)(UInt32(0) & 0xFFFFF);

    /// <summary>Bytes behind this header, extension headers included, as it says itself.</summary>
    public ushort StatedPayloadLength => UInt16(4);

    /// <summary>The number of the next header, which may be an extension.</summary>
    public byte NextHeader => Byte(6);

    /// <inheritdoc/>
    public override byte HopLimit => Byte(7);

    /// <summary>What it carries behind all extension headers.</summary>
    public override byte Protocol => UpperProtocol;

    /// <inheritdoc/>
    public override int FragmentOffset => FragmentHeader?.FragmentOffset ?? 0;

    /// <inheritdoc/>
    public override bool MoreFragments => FragmentHeader?.MoreFragments ?? false;

    internal byte UpperProtocol { get; set; }

    internal IPv6ExtensionLayer? FragmentHeader { get; set; }

    /// <summary>Whether it is still on the way to stops of a routing header: then the checksums are of another destination.</summary>
    internal bool IsRouted { get; set; }

    internal override (int At, int Length) Addresses => (8, 16);

    /// <inheritdoc/>
    public override string Summary => $"{Source} > {Destination}, {IPProtocols.Name(Protocol)}, hop limit {HopLimit}";

    private protected override IPAddress ReadSource() => Address(8, 16);

    private protected override IPAddress ReadDestination() => Address(24, 16);

    private protected override void AddFields(FieldList list) =>
        list.Add(nameof(Version), 0, 1, Version).Add(nameof(DifferentiatedServices), 0, 2, DifferentiatedServices).Add(nameof(Congestion), 1, 1, Congestion)
            .Add(nameof(FlowLabel), 1, 3, FlowLabel).Add(nameof(StatedPayloadLength), 4, 2, StatedPayloadLength).Add(nameof(NextHeader), 6, 1, NextHeader)
            .Add(nameof(HopLimit), 7, 1, HopLimit).Add(nameof(Source), 8, 16, Source).Add(nameof(Destination), 24, 16, Destination);
}
