using System.Net;

namespace SocketTools;

/// <summary>Who has an address: ARP for Ethernet and IPv4 (RFC 826).</summary>
public sealed class ArpLayer : PacketLayer
{
    internal const int FixedLength = 8;

    internal ArpLayer(in LayerSpan span, int headerLength)
        : base(span, headerLength)
    {
    }

    /// <inheritdoc/>
    public override string Name => "ARP";

    /// <inheritdoc/>
    public override int OsiLayer => 3;

    /// <summary>1 is Ethernet.</summary>
    public int HardwareType => UInt16(0);

    /// <summary>0x0800 is IPv4.</summary>
    public int ProtocolType => UInt16(2);

    /// <summary>Bytes of a hardware address.</summary>
    public int HardwareLength => Byte(4);

    /// <summary>Bytes of a protocol address.</summary>
    public int ProtocolLength => Byte(5);

    /// <summary>1 asks, 2 answers.</summary>
    public int Operation => UInt16(6);

    /// <summary>The sender's hardware address.</summary>
    public string SenderHardwareAddress => Hardware(8, HardwareLength);

    /// <summary>The sender's address; null where it is not one of IPv4.</summary>
    public IPAddress? SenderAddress => Protocol(8 + HardwareLength);

    /// <summary>The target's hardware address; zeroes in a question.</summary>
    public string TargetHardwareAddress => Hardware(8 + HardwareLength + ProtocolLength, HardwareLength);

    /// <summary>The target's address; null where it is not one of IPv4.</summary>
    public IPAddress? TargetAddress => Protocol(8 + (2 * HardwareLength) + ProtocolLength);

    /// <inheritdoc/>
    public override string Summary => Operation switch
    {
        1 => $"who has {TargetAddress}? tell {SenderAddress}",
        2 => $"{SenderAddress} is at {SenderHardwareAddress}",
        _ => $"operation {Operation}",
    };

    private IPAddress? Protocol(int at) => ProtocolType == EtherTypes.IPv4 && ProtocolLength == 4 && at + 4 <= Captured.Length ? Address(at, 4) : null;

    private protected override void AddFields(FieldList list)
    {
        int hardware = HardwareLength;
        int protocol = ProtocolLength;
        list.Add(nameof(HardwareType), 0, 2, HardwareType).Add(nameof(ProtocolType), 2, 2, ProtocolType).Add(nameof(HardwareLength), 4, 1, hardware)
            .Add(nameof(ProtocolLength), 5, 1, protocol).Add(nameof(Operation), 6, 2, Operation)
            .Add(nameof(SenderHardwareAddress), 8, hardware, SenderHardwareAddress).Add(nameof(SenderAddress), 8 + hardware, protocol, SenderAddress)
            .Add(nameof(TargetHardwareAddress), 8 + hardware + protocol, hardware, TargetHardwareAddress)
            .Add(nameof(TargetAddress), 8 + (2 * hardware) + protocol, protocol, TargetAddress);
    }
}
