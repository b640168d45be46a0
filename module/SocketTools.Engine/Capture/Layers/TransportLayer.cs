using System;

namespace SocketTools;

/// <summary>What <see cref="TcpLayer"/> and <see cref="UdpLayer"/> have in common.</summary>
public abstract class TransportLayer : PacketLayer
{
    private readonly InternetLayer? _carrier;
    private readonly byte _protocol;

    private protected TransportLayer(in LayerSpan span, int headerLength, InternetLayer? carrier, byte protocol)
        : base(span, headerLength) => (_carrier, _protocol) = (carrier, protocol);

    /// <inheritdoc/>
    public sealed override int OsiLayer => 4;

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => UInt16(0);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => UInt16(2);

    /// <summary>The checksum over header, payload and addresses.</summary>
    public abstract ushort Checksum { get; }

    /// <summary>
    /// Whether it is right. Null where that cannot be known: the packet is cut short or a fragment, or the checksum was left to the network card, as it is on
    /// every loopback (then the sum of the addresses alone stands there).
    /// </summary>
    public virtual bool? ChecksumValid
    {
        get
        {
            if (_carrier is not { IsFragment: false } carrier || !IsWhole || Length < HeaderLength)
            {
                return null;
            }

            return PseudoChecksum.Check(carrier, _protocol, Captured, Checksum);
        }
    }
}
