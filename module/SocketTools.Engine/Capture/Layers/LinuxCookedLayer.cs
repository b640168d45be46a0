namespace SocketTools;

/// <summary>The pseudo header of captures on "any" (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2).</summary>
public sealed class LinuxCookedLayer : LinkLayer
{
    private readonly bool _second;

    internal LinuxCookedLayer(in LayerSpan span, bool second)
        : base(span, second ? 20 : 16) => _second = second;

    /// <inheritdoc/>
    public override string Name => _second ? "Linux cooked 2" : "Linux cooked";

    /// <summary>For whom it was: 0 this machine, 1 broadcast, 2 a group, 3 another machine, 4 sent by this machine.</summary>
    public int PacketType => _second ? Byte(10) : UInt16(0);

    /// <summary>The kind of the interface (ARPHRD_ of Linux): 1 Ethernet, 772 loopback.</summary>
    public int HardwareType => UInt16(_second ? 8 : 2);

    /// <summary>Bytes of the hardware address; only 8 are kept.</summary>
    public int AddressLength => _second ? Byte(11) : UInt16(4);

    /// <inheritdoc/>
    public override string Source => Hardware(_second ? 12 : 6, int.Min(AddressLength, 8));

    /// <summary>The number of the interface; 0 in the first version, which has none.</summary>
    public int InterfaceIndex => _second ? (int)UInt32(4) : 0;

    /// <inheritdoc/>
    public override int EtherType => UInt16(_second ? 0 : 14);

    /// <inheritdoc/>
    public override string Summary => $"{(PacketType == 4 ? "Out" : "In")} {Source}, {EtherTypes.Name(EtherType)}";

    private protected override void AddFields(FieldList list)
    {
        // The address has 8 bytes of room, whatever its length.
        const int Room = 8;
        int length = int.Min(AddressLength, Room);
        int at = _second ? 12 : 6;
        if (_second)
        {
            list.Add(nameof(EtherType), 0, 2, EtherType).Add("Reserved", 2, 2, UInt16(2)).Add(nameof(InterfaceIndex), 4, 4, InterfaceIndex)
                .Add(nameof(HardwareType), 8, 2, HardwareType).Add(nameof(PacketType), 10, 1, PacketType).Add(nameof(AddressLength), 11, 1, AddressLength);
        }
        else
        {
            list.Add(nameof(PacketType), 0, 2, PacketType).Add(nameof(HardwareType), 2, 2, HardwareType).Add(nameof(AddressLength), 4, 2, AddressLength);
        }

        list.Add(nameof(Source), at, length, Source);
        if (length < Room)
        {
            list.Add("Unused", at + length, Room - length);
        }

        if (!_second)
        {
            list.Add(nameof(EtherType), 14, 2, EtherType);
        }
    }
}
