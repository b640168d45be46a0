namespace SocketTools;

/// <summary>What a link puts before the packet of the network: <see cref="EthernetLayer"/>, <see cref="LinuxCookedLayer"/>, <see cref="NullLayer"/>.</summary>
public abstract class LinkLayer : PacketLayer
{
    private protected LinkLayer(in LayerSpan span, int headerLength)
        : base(span, headerLength)
    {
    }

    /// <inheritdoc/>
    public sealed override int OsiLayer => 2;

    /// <summary>Which protocol it carries, by its number in Ethernet (0x0800 IPv4, 0x0806 ARP, 0x86DD IPv6); 0 where the link has another number for it.</summary>
    public abstract int EtherType { get; }

    /// <summary>The sender's hardware address with colons; empty where the link has none.</summary>
    public abstract string Source { get; }
}
