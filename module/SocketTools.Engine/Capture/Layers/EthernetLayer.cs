using System.Collections.Generic;

namespace SocketTools;

/// <summary>Ethernet II or 802.3, with the tags of 802.1Q.</summary>
public sealed class EthernetLayer : LinkLayer
{
    private readonly int _tags;

    internal EthernetLayer(in LayerSpan span, int tags)
        : base(span, 14 + (4 * tags)) => _tags = tags;

    /// <inheritdoc/>
    public override string Name => "Ethernet";

    /// <summary>The receiver's hardware address with colons.</summary>
    public string Destination => Hardware(0, 6);

    /// <inheritdoc/>
    public override string Source => Hardware(6, 6);

    /// <summary>The virtual networks (802.1Q), the outermost first.</summary>
    public IReadOnlyList<VlanTag> Vlans
    {
        get
        {
            VlanTag[] tags = new VlanTag[_tags];
            for (int i = 0; i < tags.Length; i++)
            {
                tags[i] = new VlanTag(UInt16(12 + (4 * i)), UInt16(14 + (4 * i)));
            }

            return tags;
        }
    }

    /// <summary>The protocol that it carries; a number below 1536 is the length of an 802.3 frame instead.</summary>
    public override int EtherType => UInt16(12 + (4 * _tags));

    /// <inheritdoc/>
    public override string Summary => $"{Source} > {Destination}, {EtherTypes.Name(EtherType)}";

    private protected override void AddFields(FieldList list)
    {
        list.Add(nameof(Destination), 0, 6, Destination).Add(nameof(Source), 6, 6, Source);
        int at = 12;
        foreach (VlanTag tag in Vlans)
        {
            list.Add("VlanProtocol", at, 2, tag.Protocol).Add("VlanPriority", at + 2, 2, tag.Priority)
                .Add("VlanDropEligible", at + 2, 2, tag.DropEligible).Add("VlanId", at + 2, 2, tag.Id);
            at += 4;
        }

        list.Add(nameof(EtherType), at, 2, EtherType);
    }
}
