using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools;

/// <summary>ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861).</summary>
public sealed partial class IcmpLayer : PacketLayer
{
    /// <summary>Type, code and checksum: what every message has.</summary>
    internal const int LeastLength = 4;

    private readonly InternetLayer? _carrier;
    private IReadOnlyList<IcmpOption>? _options;
    private SocketPacket? _quoted;

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

    /// <summary>That kind in words.</summary>
    public string TypeName => IcmpNames.Type(IsV6, Type);

    /// <summary>Which of that kind.</summary>
    public byte Code => Byte(1);

    /// <summary>The code in words; null where the kind has none, or it is not known.</summary>
    public string? CodeName => IcmpNames.Code(IsV6, Type, Code);

    /// <summary>The checksum of the whole message, and with IPv6 of the addresses.</summary>
    public ushort Checksum => UInt16(2);

    /// <summary>Whether it is right; null where the message was not captured whole or is a fragment.</summary>
    public bool? ChecksumValid => !IsWhole || _carrier is not { IsFragment: false } ? null
        : IsV6 ? PseudoChecksum.Check(_carrier, IPProtocols.IcmpV6, Captured, Checksum)
        : SocketTools.Checksum.Finish(SocketTools.Checksum.Add(0, Captured)) == 0;

    /// <summary>Of echo and time stamp: whose question; else null.</summary>
    public int? Identifier => HasIdentifier ? UInt16(4) : null;

    /// <summary>Of echo and time stamp: which question; else null.</summary>
    public int? SequenceNumber => HasIdentifier ? UInt16(6) : null;

    /// <summary>Of "fragmentation needed" and "packet too big": the largest packet that the next link takes; else null.</summary>
    public long? Mtu => IsV6 ? (Type == 2 ? UInt32(4) : null) : Type == 3 && Code == 4 ? UInt16(6) : null;

    /// <summary>Of "parameter problem": where in the quoted packet; else null.</summary>
    public long? Pointer => IsV6 ? (Type == 4 ? UInt32(4) : null) : Type == 12 ? Byte(4) : null;

    /// <summary>Of a redirect: the better router; else null.</summary>
    public IPAddress? Gateway => IsV6 ? (Type == 137 && Captured.Length >= 24 ? Address(8, 16) : null) : Type == 5 && Captured.Length >= 8 ? Address(4, 4) : null;

    /// <summary>Of neighbour solicitation and advertisement: whose hardware address; of a redirect, to whom; of a listener's report, which group. Else null.</summary>
    public IPAddress? TargetAddress => !IsV6 ? null : Type switch
    {
        130 or 131 or 132 or 135 or 136 when Captured.Length >= 24 => Address(8, 16),
        137 when Captured.Length >= 40 => Address(24, 16),
        _ => null,
    };

    /// <summary>Of neighbour discovery: hardware addresses, prefixes, MTU; else empty.</summary>
    public IReadOnlyList<IcmpOption> Options => _options ??= IcmpOption.Read(this);

    /// <summary>Of an error: the packet that caused it, as far as it is quoted; else null. It has the number and the time of this one.</summary>
    public SocketPacket? Quoted => !QuotesPacket || Carried.IsEmpty ? null : _quoted ??= Quote();

    /// <inheritdoc/>
    public override string Summary => IcmpNames.Summary(this);

    internal bool QuotesPacket => IsV6 ? Type is >= 1 and <= 4 : Type is 3 or 4 or 5 or 11 or 12;

    private bool HasIdentifier => Captured.Length >= 8 && (IsV6 ? Type is 128 or 129 : Type is 0 or 8 or >= 13 and <= 18);

    /// <summary>Bytes before what a message carries, or before its options.</summary>
    internal static int HeaderOf(bool six, byte type) => (six, type) switch
    {
        (false, 13 or 14) => 20,
        (false, 17 or 18) => 12,
        (true, 130 or 131 or 132 or 135 or 136) => 24,
        (true, 134) => 16,
        (true, 137) => 40,
        _ => 8,
    };

    private SocketPacket Quote()
    {
        ReadOnlySpan<byte> bytes = Carried;
        int length = bytes.Length;
        if (!IsV6 && length >= 4)
        {
            length = Math.Max(length, (bytes[2] << 8) | bytes[3]);
        }
        else if (IsV6 && length >= 6)
        {
            length = Math.Max(length, 40 + ((bytes[4] << 8) | bytes[5]));
        }

        return SocketPacket.Decode(Packet.Number, Packet.TimestampNanoseconds, IsV6 ? LinkType.Ipv6 : LinkType.Ipv4, bytes, length, Packet.Interface);
    }

    private protected override void AddFields(FieldList list)
    {
        list.Add(nameof(Type), 0, 1, Type).Add(nameof(Code), 1, 1, Code).Add(nameof(Checksum), 2, 2, Checksum);
        if (HasIdentifier)
        {
            list.Add(nameof(Identifier), 4, 2, Identifier).Add(nameof(SequenceNumber), 6, 2, SequenceNumber);
        }
        else if (Mtu is { } mtu)
        {
            list.Add(nameof(Mtu), IsV6 ? 4 : 6, IsV6 ? 4 : 2, mtu);
        }
        else if (Pointer is { } pointer)
        {
            list.Add(nameof(Pointer), 4, IsV6 ? 4 : 1, pointer);
        }

        if (Gateway is { } gateway)
        {
            list.Add(nameof(Gateway), IsV6 ? 8 : 4, IsV6 ? 16 : 4, gateway);
        }

        AddDiscovery(list);
        if (TargetAddress is { } target)
        {
            list.Add(nameof(TargetAddress), Type == 137 ? 24 : 8, 16, target);
        }

        int at = HeaderLength;
        foreach (IcmpOption option in Options)
        {
            list.Add(option.Name, at, option.Length, option.Value);
            at += option.Length;
        }

        AddGroups(list);
    }
}
