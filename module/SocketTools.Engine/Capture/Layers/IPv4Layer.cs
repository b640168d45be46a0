using System.Collections.Generic;
using System.Net;

namespace SocketTools;

/// <summary>The header of RFC 791.</summary>
public sealed class IPv4Layer : InternetLayer
{
    private IReadOnlyList<IPv4Option>? _options;

    internal IPv4Layer(in LayerSpan span, int headerLength)
        : base(span, headerLength)
    {
    }

    /// <inheritdoc/>
    public override string Name => "IPv4";

    /// <summary>The second byte: <see cref="InternetLayer.DifferentiatedServices"/> and <see cref="InternetLayer.Congestion"/>.</summary>
    public byte TypeOfService => Byte(1);

    /// <inheritdoc/>
    public override int DifferentiatedServices => TypeOfService >> 2;

    /// <inheritdoc/>
    public override int Congestion => TypeOfService & 3;

    /// <summary>Bytes of the packet with this header, as it says itself.</summary>
    public ushort TotalLength => UInt16(2);

    /// <summary>The same in every fragment of a packet.</summary>
    public ushort Identification => UInt16(4);

    /// <summary>The bit that RFC 791 wants to be 0.</summary>
    public bool Reserved => (UInt16(6) & 0x8000) != 0;

    /// <summary>Whether a router must drop it rather than fragment it.</summary>
    public bool DontFragment => (UInt16(6) & 0x4000) != 0;

    /// <inheritdoc/>
    public override bool MoreFragments => (UInt16(6) & 0x2000) != 0;

    /// <inheritdoc/>
    public override int FragmentOffset => (UInt16(6) & 0x1FFF) * 8;

    /// <summary>How many routers may still pass it on.</summary>
    public byte TimeToLive => Byte(8);

    /// <inheritdoc/>
    public override byte HopLimit => TimeToLive;

    /// <inheritdoc/>
    public override byte Protocol => Byte(9);

    /// <summary>The checksum of this header.</summary>
    public ushort HeaderChecksum => UInt16(10);

    /// <summary>Whether it is right; null where the header was not captured whole, and for 0, which a network card fills in later.</summary>
    public bool? ChecksumValid => HeaderChecksum == 0 || Captured.Length < HeaderLength ? null : Checksum.Finish(Checksum.Add(0, Captured[..HeaderLength])) == 0;

    /// <summary>What follows the fixed 20 bytes.</summary>
    public IReadOnlyList<IPv4Option> Options => _options ??= IPv4Option.Read(this);

    internal override (int At, int Length) Addresses => (12, 4);

    /// <inheritdoc/>
    public override string Summary => $"{Source} > {Destination}, {IPProtocols.Name(Protocol)}, ttl {TimeToLive}"
        + (IsFragment ? $", fragment {Identification} at {FragmentOffset}{(MoreFragments ? ", more follow" : "")}" : "");

    private protected override IPAddress ReadSource() => Address(12, 4);

    private protected override IPAddress ReadDestination() => Address(16, 4);

    private protected override void AddFields(FieldList list)
    {
        list.Add(nameof(Version), 0, 1, Version).Add(nameof(HeaderLength), 0, 1, (Byte(0) & 15) * 4)
            .Add(nameof(DifferentiatedServices), 1, 1, DifferentiatedServices).Add(nameof(Congestion), 1, 1, Congestion)
            .Add(nameof(TotalLength), 2, 2, TotalLength).Add(nameof(Identification), 4, 2, Identification)
            .Add(nameof(Reserved), 6, 1, Reserved).Add(nameof(DontFragment), 6, 1, DontFragment).Add(nameof(MoreFragments), 6, 1, MoreFragments)
            .Add(nameof(FragmentOffset), 6, 2, FragmentOffset).Add(nameof(TimeToLive), 8, 1, TimeToLive).Add(nameof(Protocol), 9, 1, Protocol)
            .Add(nameof(HeaderChecksum), 10, 2, HeaderChecksum).Add(nameof(Source), 12, 4, Source).Add(nameof(Destination), 16, 4, Destination);
        int at = 20;
        foreach (IPv4Option option in Options)
        {
            list.Add(option.Name, at, option.Length, option.Value);
            at += option.Length;
        }
    }
}
