using System.Collections.Generic;

namespace SocketTools;

/// <summary>An extension header of IPv6 (RFC 8200 section 4): hop-by-hop, routing, fragment, destination; also the authentication header (RFC 4302).</summary>
public sealed class IPv6ExtensionLayer : PacketLayer
{
    private IReadOnlyList<IPv6Option>? _options;

    internal IPv6ExtensionLayer(in LayerSpan span, int headerLength, byte kind)
        : base(span, headerLength) => Kind = kind;

    /// <inheritdoc/>
    public override string Name => Kind switch
    {
        IPProtocols.HopByHop => "IPv6 hop-by-hop options",
        IPProtocols.Routing => "IPv6 routing",
        IPProtocols.Fragment => "IPv6 fragment",
        IPProtocols.Authentication => "Authentication header",
        _ => "IPv6 destination options",
    };

    /// <inheritdoc/>
    public override int OsiLayer => 3;

    /// <summary>Its own number: 0 hop-by-hop, 43 routing, 44 fragment, 51 authentication, 60 destination.</summary>
    public byte Kind { get; }

    /// <summary>The number of the header behind it.</summary>
    public byte NextHeader => Byte(0);

    /// <summary>Of the fragment header: where this part belongs, in bytes; else 0.</summary>
    public int FragmentOffset => Kind == IPProtocols.Fragment ? UInt16(2) & 0xFFF8 : 0;

    /// <summary>Of the fragment header: whether parts follow.</summary>
    public bool MoreFragments => Kind == IPProtocols.Fragment && (UInt16(2) & 1) != 0;

    /// <summary>Of the fragment header: the same in every part of a packet; else 0.</summary>
    public uint Identification => Kind == IPProtocols.Fragment ? UInt32(4) : 0;

    /// <summary>Of the routing header: its type; else 0.</summary>
    public byte RoutingType => Kind == IPProtocols.Routing ? Byte(2) : (byte)0;

    /// <summary>Of the routing header: stops still to come; else 0.</summary>
    public byte SegmentsLeft => Kind == IPProtocols.Routing ? Byte(3) : (byte)0;

    /// <summary>Of the hop-by-hop and destination headers; else empty.</summary>
    public IReadOnlyList<IPv6Option> Options => _options ??= IPv6Option.Read(this);

    /// <inheritdoc/>
    public override string Summary => Kind switch
    {
        IPProtocols.Fragment => $"fragment {Identification:x} at {FragmentOffset}{(MoreFragments ? ", more follow" : "")}",
        IPProtocols.Routing => $"type {RoutingType}, segments left {SegmentsLeft}",
        _ when Options.Count > 0 => string.Join(", ", Options),
        _ => $"{HeaderLength} bytes",
    };

    private protected override void AddFields(FieldList list)
    {
        list.Add(nameof(NextHeader), 0, 1, NextHeader);
        switch (Kind)
        {
            case IPProtocols.Fragment:
                list.Add("Reserved", 1, 1, Byte(1)).Add(nameof(FragmentOffset), 2, 2, FragmentOffset).Add(nameof(MoreFragments), 2, 2, MoreFragments)
                    .Add(nameof(Identification), 4, 4, Identification);
                break;
            case IPProtocols.Routing:
                list.Add(nameof(HeaderLength), 1, 1, HeaderLength).Add(nameof(RoutingType), 2, 1, RoutingType).Add(nameof(SegmentsLeft), 3, 1, SegmentsLeft);
                break;
            default:
                list.Add(nameof(HeaderLength), 1, 1, HeaderLength);
                break;
        }

        int at = 2;
        foreach (IPv6Option option in Options)
        {
            list.Add(option.Name, at, option.Length, option.Value);
            at += option.Length;
        }
    }
}
