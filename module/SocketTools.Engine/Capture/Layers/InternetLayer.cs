using System.Net;

namespace SocketTools;

/// <summary>What <see cref="IPv4Layer"/> and <see cref="IPv6Layer"/> have in common.</summary>
public abstract class InternetLayer : PacketLayer
{
    private IPAddress? _source;
    private IPAddress? _destination;

    private protected InternetLayer(in LayerSpan span, int headerLength)
        : base(span, headerLength)
    {
    }

    /// <inheritdoc/>
    public sealed override int OsiLayer => 3;

    /// <summary>4 or 6.</summary>
    public int Version => Byte(0) >> 4;

    /// <summary>The sender's address.</summary>
    public IPAddress Source => _source ??= ReadSource();

    /// <summary>The receiver's address.</summary>
    public IPAddress Destination => _destination ??= ReadDestination();

    /// <summary>What it carries, by the protocol's number: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6.</summary>
    public abstract byte Protocol { get; }

    /// <summary>How many routers may still pass it on: the time to live of IPv4, the hop limit of IPv6.</summary>
    public abstract byte HopLimit { get; }

    /// <summary>The differentiated services of RFC 2474, 0 to 63.</summary>
    public abstract int DifferentiatedServices { get; }

    /// <summary>Explicit congestion notification (RFC 3168), 0 to 3.</summary>
    public abstract int Congestion { get; }

    /// <summary>Whether it is a part of a larger packet.</summary>
    public bool IsFragment => FragmentOffset != 0 || MoreFragments;

    /// <summary>Where in the larger packet's payload this part belongs, in bytes. Only the first part, at 0, has the header of TCP or UDP.</summary>
    public abstract int FragmentOffset { get; }

    /// <summary>Whether parts follow.</summary>
    public abstract bool MoreFragments { get; }

    /// <summary>Bytes of each of the two addresses, and where they are: what the checksums of TCP, UDP and ICMPv6 cover besides.</summary>
    internal abstract (int At, int Length) Addresses { get; }

    private protected abstract IPAddress ReadSource();

    private protected abstract IPAddress ReadDestination();
}
