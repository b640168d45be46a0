namespace SocketTools.Capture;

/// <summary>The numbers of linux/if_packet.h and its neighbours.</summary>
internal static class PacketNumbers
{
    public const int AF_PACKET = 17;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOL_SOCKET = 1;
    public const int SO_ERROR = 4;
    public const int SO_ATTACH_FILTER = 26;
    public const int SOL_PACKET = 263;
    public const int PACKET_RX_RING = 5;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_VERSION = 10;
    public const int PACKET_IGNORE_OUTGOING = 23;
    public const int TPACKET_V3 = 2;
    public const uint TP_STATUS_USER = 1;
    public const uint TP_STATUS_VLAN_VALID = 1 << 4;
    public const uint TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    public const byte PACKET_OUTGOING = 4;
    public const ushort ETH_P_ALL = 3;
    public const ushort ETH_P_8021Q = 0x8100;
    public const ushort ARPHRD_ETHER = 1;
    public const ushort ARPHRD_LOOPBACK = 772;
    public const uint SIOCGIFNAME = 0x8910;
    public const uint SIOCGIFHWADDR = 0x8927;
    public const uint SIOCGIFINDEX = 0x8933;
}
