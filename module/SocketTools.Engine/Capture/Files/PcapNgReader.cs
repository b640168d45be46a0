using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>Reads pcapng: sections of either byte order, enhanced, simple and the old packet blocks; blocks of other types are passed over.</summary>
internal sealed class PcapNgReader : CaptureFileReader
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint OldPacket = 2;
    private const uint SimplePacket = 3;
    private const uint InterfaceStatistics = 5;
    private const uint EnhancedPacket = 6;

    // Options are read into memory up to this; an interface whose description is longer is not believed.
    private const int MaximumOptions = 1 << 20;

    private readonly List<PcapNgInterface> _interfaces = [];
    private PcapNgOrder _order;
    private byte[] _options = new byte[256];
    private IReadOnlyList<string> _said = [];

    /// <summary>The first four bytes have been read.</summary>
    public PcapNgReader(CaptureInput input)
        : base(input) => Section();

    public override CaptureFormat Format => CaptureFormat.PcapNg;

    public override SocketPacket? Read()
    {
        Span<byte> header = stackalloc byte[8];
        while (true)
        {
            long position = Input.Position;
            int count = Input.Read(header[..4]);
            if (count == 0)
            {
                return null;
            }

            if (count < 4)
            {
                throw Input.Cut("the header of a block");
            }

            uint type = _order.UInt32(header);
            if (type == SectionHeader)
            {
                Section();
                continue;
            }

            Fill(header[4..], "the header of a block");
            PcapNgBlock block = new(type, _order.UInt32(header[4..]), position);
            if (block.Length < 12 || block.Length % 4 != 0)
            {
                throw Input.Broken(position, $"a block says that it has {block.Length} bytes");
            }

            if (Block(block) is { } packet)
            {
                return packet;
            }
        }
    }

    private SocketPacket? Block(in PcapNgBlock block)
    {
        switch (block.Type)
        {
            case EnhancedPacket:
            case OldPacket:
                return Packet(block);
            case SimplePacket:
                return Simple(block);
            case InterfaceDescription:
                Interface(block);
                return null;
            case InterfaceStatistics when block.Body is >= 12 and <= MaximumOptions:
                Statistics(block);
                return null;
            default:
                Skip(block.Body, "a block");
                End(block);
                return null;
        }
    }

    private void Section()
    {
        Span<byte> bytes = stackalloc byte[8];
        long position = Input.Position - 4;
        Fill(bytes, "the header of a section");
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (magic is not (0x1A2B3C4D or 0x4D3C2B1A))
        {
            throw Input.Broken(position, $"a section of pcapng has the byte-order mark {magic:x8}");
        }

        _order = new PcapNgOrder(magic == 0x1A2B3C4D);
        PcapNgBlock block = new(SectionHeader, _order.UInt32(bytes), position);
        if (block.Length < 28 || block.Length % 4 != 0)
        {
            throw Input.Broken(position, $"the header of a section says that it has {block.Length} bytes");
        }

        Fill(bytes[..4], "the header of a section");
        if (_order.UInt16(bytes) != 1)
        {
            throw Input.Bad($"The file is pcapng of version {_order.UInt16(bytes)}.{_order.UInt16(bytes[2..])}, which is not known here", "Convert it with the program that wrote it.");
        }

        Skip(8, "the header of a section"); // how long it is
        _said = PacketComments.Read(_order, Options(block.Body - 16, "the header of a section"));
        End(block);
        _interfaces.Clear();
    }

    private void Interface(in PcapNgBlock block)
    {
        if (block.Body is < 8 or > MaximumOptions)
        {
            throw Input.Broken(block.Position, $"the description of an interface has {block.Body} bytes");
        }

        byte[] body = Body(block, "the description of an interface");
        _interfaces.Add(PcapNgInterface.Read(body, _order, _said));
    }

    private void Statistics(in PcapNgBlock block)
    {
        const int KernelDrops = 5; // isb_ifdrop
        const int SystemDrops = 7; // isb_osdrop
        byte[] body = Body(block, "statistics");
        uint number = _order.UInt32(body);
        if (number >= _interfaces.Count)
        {
            return;
        }

        long drops = 0;
        bool told = false;
        foreach ((int code, ReadOnlyMemory<byte> value) in _order.Options(body.AsMemory(12)))
        {
            if (code is KernelDrops or SystemDrops && value.Length == 8)
            {
                ulong counted = _order.UInt64(value.Span);
                drops += (long)Math.Min(counted, long.MaxValue / 4);
                told = true;
            }
        }

        // Counted from the beginning of the capture: the last block of an interface has it all.
        PcapNgInterface source = _interfaces[(int)number];
        if (told)
        {
            Dropped = (Dropped ?? 0) + drops - source.Dropped;
            source.Dropped = drops;
        }
    }

    private SocketPacket Packet(in PcapNgBlock block)
    {
        const int Fixed = 20;
        string what = $"packet {Count + 1}";
        if (block.Body < Fixed)
        {
            throw Input.Broken(block.Position, $"the block of {what} has {block.Length} bytes");
        }

        Span<byte> header = stackalloc byte[Fixed];
        Fill(header, what);
        PcapNgInterface source = Source(block.Type == OldPacket ? _order.UInt16(header) : _order.UInt32(header), block);
        ulong time = ((ulong)_order.UInt32(header[4..]) << 32) | _order.UInt32(header[8..]);
        byte[] bytes = Data(block, _order.UInt32(header[12..]), block.Body - Fixed, what, out long options);
        uint length = _order.UInt32(header[16..]);
        ReadOnlySpan<byte> said = Options(options, what);
        PacketDirection direction = Direction(said);
        PacketComments? comments = PacketComments.Read(_order, said) is { Count: > 0 } own ? new PacketComments(own, source.Comments?.File ?? []) : source.Comments;
        End(block);
        return SocketPacket.Decode(++Count, source.Nanoseconds(time), source.LinkType, bytes, (int)Math.Min(length, int.MaxValue), source.Name, direction, comments);
    }

    // No time, and the interface is the first: what a very simple probe writes.
    private SocketPacket Simple(in PcapNgBlock block)
    {
        string what = $"packet {Count + 1}";
        if (block.Body < 4)
        {
            throw Input.Broken(block.Position, $"the block of {what} has {block.Length} bytes");
        }

        Span<byte> header = stackalloc byte[4];
        Fill(header, what);
        PcapNgInterface source = Source(0, block);
        uint length = _order.UInt32(header);
        uint captured = (uint)Math.Min(length, block.Body - 4);
        byte[] bytes = Data(block, source.SnapLength > 0 ? Math.Min(captured, source.SnapLength) : captured, block.Body - 4, what, out long padding);
        Skip(padding, what);
        End(block);
        return SocketPacket.Decode(++Count, 0, source.LinkType, bytes, (int)Math.Min(length, int.MaxValue), source.Name, PacketDirection.Unknown, source.Comments);
    }

    private PcapNgInterface Source(uint number, in PcapNgBlock block) => number < _interfaces.Count
        ? _interfaces[(int)number]
        : throw Input.Broken(block.Position, $"packet {Count + 1} is of interface {number}, which the file has not described");

    private byte[] Data(in PcapNgBlock block, uint captured, long room, string what, out long rest)
    {
        if (captured > room || captured > MaximumPacket)
        {
            throw Input.Broken(block.Position, $"{what} says that it has {captured} bytes, in a block of {block.Length}");
        }

        byte[] bytes = Input.Read((int)captured);
        if (bytes.Length < captured)
        {
            throw Input.Cut(what);
        }

        int padding = (int)Math.Min(-captured & 3, room - captured);
        Skip(padding, what);
        rest = room - captured - padding;
        return bytes;
    }

    // Until the next ones are read. Those that are too long to be believed are passed over.
    private ReadOnlySpan<byte> Options(long length, string what)
    {
        if (length is < 4 or > MaximumOptions)
        {
            Skip(length, what);
            return default;
        }

        if (_options.Length < length)
        {
            _options = new byte[length];
        }

        Span<byte> options = _options.AsSpan(0, (int)length);
        Fill(options, what);
        return options;
    }

    private PacketDirection Direction(ReadOnlySpan<byte> options)
    {
        const int Flags = 2; // epb_flags
        uint flags = _order.Option(options, Flags) is { Length: 4 } value ? _order.UInt32(value) : 0;
        return (flags & 3) switch
        {
            1 => PacketDirection.Incoming,
            2 => PacketDirection.Outgoing,
            _ => PacketDirection.Unknown,
        };
    }

    private byte[] Body(in PcapNgBlock block, string what)
    {
        byte[] body = Input.Read((int)block.Body);
        if (body.Length < block.Body)
        {
            throw Input.Cut(what);
        }

        End(block);
        return body;
    }

    // Each block has its length at the end again.
    private void End(in PcapNgBlock block)
    {
        Span<byte> length = stackalloc byte[4];
        Fill(length, "a block");
        if (_order.UInt32(length) != block.Length)
        {
            throw Input.Broken(block.Position, $"a block has {block.Length} bytes by its beginning and {_order.UInt32(length)} by its end");
        }
    }

    private void Fill(Span<byte> target, string what)
    {
        if (Input.Read(target) < target.Length)
        {
            throw Input.Cut(what);
        }
    }

    private void Skip(long length, string what)
    {
        if (Input.Skip(length) < length)
        {
            throw Input.Cut(what);
        }
    }
}
