namespace SocketTools;

/// <summary>Numbers of protocols in Ethernet (IEEE registration; linux/if_ether.h).</summary>
internal static class EtherTypes
{
    public const int IPv4 = 0x0800;
    public const int Arp = 0x0806;
    public const int Vlan = 0x8100;
    public const int IPv6 = 0x86DD;
    public const int ProviderVlan = 0x88A8;
    public const int OldProviderVlan = 0x9100;

    /// <summary>Below it the number is a length (802.3).</summary>
    public const int First = 0x0600;

    public static string Name(int type) => type switch
    {
        IPv4 => "IPv4",
        Arp => "ARP",
        IPv6 => "IPv6",
        Vlan => "802.1Q",
        ProviderVlan => "802.1ad",
        0x8035 => "RARP",
        0x8847 => "MPLS",
        0x8863 => "PPPoE discovery",
        0x8864 => "PPPoE",
        0x888E => "802.1X",
        0x88CC => "LLDP",
        < First => "802.3",
        _ => $"0x{type:x4}",
    };
}
