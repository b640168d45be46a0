using System.Collections.Generic;

namespace SocketTools;

/// <content>What routers, neighbours and listeners to groups say in ICMPv6 (RFC 4861, RFC 3810).</content>
public sealed partial class IcmpLayer
{
    internal const byte GroupReport = 143;

    private const byte GroupQuery = 130;
    private const byte RouterAdvertisement = 134;
    private const byte NeighbourAdvertisement = 136;

    private IReadOnlyList<IcmpGroupRecord>? _groups;

    /// <summary>Of a router's advertisement: the hop limit to use; 0 says nothing of it. Else null.</summary>
    public int? HopLimit => Is(RouterAdvertisement) ? Byte(4) : null;

    /// <summary>
    /// Of a router's advertisement one byte: 0x80 addresses by DHCP, 0x40 other settings by DHCP. Of a neighbour's four: 0x80000000 it is a router, 0x40000000 it
    /// was asked, 0x20000000 it replaces what was known before. Else null.
    /// </summary>
    public long? Flags => Is(RouterAdvertisement) ? Byte(5) : Is(NeighbourAdvertisement) ? UInt32(4) : null;

    /// <summary>Of a router's advertisement: for how many seconds it is a default router; 0 is not at all. Else null.</summary>
    public int? RouterLifetime => Is(RouterAdvertisement) ? UInt16(6) : null;

    /// <summary>Of a router's advertisement: for how many milliseconds a neighbour counts as reachable; 0 says nothing of it. Else null.</summary>
    public long? ReachableTime => Is(RouterAdvertisement) ? UInt32(8) : null;

    /// <summary>Of a router's advertisement: after how many milliseconds a neighbour is asked again; 0 says nothing of it. Else null.</summary>
    public long? RetransmissionTime => Is(RouterAdvertisement) ? UInt32(12) : null;

    /// <summary>Of a query for listeners: within how many milliseconds they are to answer, up to 32767; a larger number has another form (RFC 3810, section 5.1.3). Else null.</summary>
    public int? MaximumResponse => Is(GroupQuery) ? UInt16(4) : null;

    /// <summary>Of a report of listeners (version 2): the groups; else empty.</summary>
    public IReadOnlyList<IcmpGroupRecord> Groups => _groups ??= Is(GroupReport) ? IcmpGroupRecord.Read(this) : [];

    private bool Is(byte type) => IsV6 && Type == type;

    private void AddDiscovery(FieldList list)
    {
        switch (IsV6 ? Type : 0)
        {
            case RouterAdvertisement:
                list.Add(nameof(HopLimit), 4, 1, HopLimit).Add(nameof(Flags), 5, 1, Flags).Add(nameof(RouterLifetime), 6, 2, RouterLifetime)
                    .Add(nameof(ReachableTime), 8, 4, ReachableTime).Add(nameof(RetransmissionTime), 12, 4, RetransmissionTime);
                break;
            case NeighbourAdvertisement:
                list.Add(nameof(Flags), 4, 4, Flags);
                break;
            case GroupQuery:
                list.Add(nameof(MaximumResponse), 4, 2, MaximumResponse);
                break;
            case GroupReport:
                list.Add("GroupCount", 6, 2, (int)UInt16(6));
                break;
        }
    }

    private void AddGroups(FieldList list)
    {
        int at = HeaderLength;
        foreach (IcmpGroupRecord group in Groups)
        {
            list.Add("Group", at, group.Length, group);
            at += group.Length;
        }
    }
}
