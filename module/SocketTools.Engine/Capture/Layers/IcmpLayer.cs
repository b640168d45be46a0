namespace SocketTools;

/// <summary>ICMP (RFC 792) and ICMPv6 (RFC 4443).</summary>
public sealed class IcmpLayer : PacketLayer
{
    internal const int FixedLength = 8;

    private readonly InternetLayer? _carrier;

    internal IcmpLayer(in LayerSpan span, int headerLength, InternetLayer? carrier, bool six)
        : base(span, headerLength) => (_carrier, IsV6) = (carrier, six);

    /// <inheritdoc/>
    public override string Name => IsV6 ? "ICMPv6" : "ICMP";

    /// <inheritdoc/>
    public override int OsiLayer => 3;

    /// <summary>Whether it is that of IPv6, whose types have other numbers.</summary>
    public bool IsV6 { get; }

    /// <summary>What kind of message.</summary>
    public byte Type => Byte(0);

    /// <summary>Which of that kind.</summary>
    public byte Code => Byte(1);

    /// <summary>The checksum of the whole message.</summary>
    public ushort Checksum => UInt16(2);

    /// <summary>Whether it is right; null where it cannot be known.</summary>
    public bool? ChecksumValid => !IsWhole || _carrier is not { IsFragment: false } ? null
        : IsV6 ? PseudoChecksum.Check(_carrier, IPProtocols.IcmpV6, Captured, Checksum)
        : SocketTools.Checksum.Finish(SocketTools.Checksum.Add(0, Captured)) == 0;

    /// <inheritdoc/>
    public override string Summary => $"type {Type}, code {Code}";

    private protected override void AddFields(FieldList list) =>
        list.Add(nameof(Type), 0, 1, Type).Add(nameof(Code), 1, 1, Code).Add(nameof(Checksum), 2, 2, Checksum);
}
