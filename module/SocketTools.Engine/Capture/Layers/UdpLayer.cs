namespace SocketTools;

/// <summary>The header of a UDP datagram (RFC 768).</summary>
public sealed class UdpLayer : TransportLayer
{
    internal const int FixedLength = 8;

    internal UdpLayer(in LayerSpan span, int headerLength, InternetLayer? carrier)
        : base(span, headerLength, carrier, IPProtocols.Udp)
    {
    }

    /// <inheritdoc/>
    public override string Name => "UDP";

    /// <summary>Bytes of header and payload, as the header says itself.</summary>
    public ushort StatedLength => UInt16(4);

    /// <summary>0: the sender made none, which IPv4 allows.</summary>
    public override ushort Checksum => UInt16(6);

    /// <inheritdoc/>
    public override bool? ChecksumValid => Checksum == 0 ? null : base.ChecksumValid;

    /// <inheritdoc/>
    public override string Summary => $"{SourcePort} > {DestinationPort}, length {PayloadLength}";

    private protected override void AddFields(FieldList list) =>
        list.Add(nameof(SourcePort), 0, 2, SourcePort).Add(nameof(DestinationPort), 2, 2, DestinationPort)
            .Add(nameof(StatedLength), 4, 2, StatedLength).Add(nameof(Checksum), 6, 2, Checksum);
}
