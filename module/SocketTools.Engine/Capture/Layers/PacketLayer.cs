using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;

namespace SocketTools;

/// <summary>One header of a packet, and what it carries. Immutable. What was not captured of a header reads as 0.</summary>
[Formatting.TypeFormatterSource]
public abstract class PacketLayer
{
    private readonly SocketPacket _packet;
    private readonly int _end;
    private IReadOnlyList<PacketField>? _fields;

    private protected PacketLayer(in LayerSpan span, int headerLength)
    {
        _packet = span.Packet;
        Offset = span.Start;
        _end = span.End;
        Length = span.WireEnd - span.Start;
        HeaderLength = headerLength;
    }

    /// <summary>The protocol: Ethernet, IPv4, TCP.</summary>
    public abstract string Name { get; }

    /// <summary>The number of the layer in the OSI model: 2, 3, 4 or 7.</summary>
    public abstract int OsiLayer { get; }

    /// <summary>The name of the layer in the OSI model.</summary>
    public string OsiName => OsiLayer switch
    {
        2 => "Data link",
        3 => "Network",
        4 => "Transport",
        _ => "Application",
    };

    /// <summary>Bytes of the packet before this header.</summary>
    public int Offset { get; }

    /// <summary>Bytes of the header, options included, as it says itself.</summary>
    public int HeaderLength { get; }

    /// <summary>Bytes of the header and what it carries, as they were sent; the capture may hold fewer.</summary>
    public int Length { get; }

    /// <summary>Bytes that it carries behind its header, as they were sent; the capture may hold fewer.</summary>
    public int PayloadLength => Math.Max(0, Length - HeaderLength);

    /// <summary>What it says, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>Every field of the header that was captured, in the order of the bytes.</summary>
    public IReadOnlyList<PacketField> Fields
    {
        get
        {
            if (_fields is null)
            {
                FieldList list = new(this);
                AddFields(list);
                _fields = list.Fields;
            }

            return _fields;
        }
    }

    /// <summary>The layer inside this one.</summary>
    internal PacketLayer? Next { get; set; }

    /// <summary>The packet that it is a layer of.</summary>
    internal SocketPacket Packet => _packet;

    /// <summary>What was captured of the layer, and no padding behind it.</summary>
    internal ReadOnlySpan<byte> Captured => Offset < _end ? _packet.Bytes.AsSpan(Offset, _end - Offset) : default;

    /// <summary>What was captured of the bytes behind the header.</summary>
    internal ReadOnlySpan<byte> Carried => HeaderLength >= _end - Offset ? default : _packet.Bytes.AsSpan(Offset + HeaderLength, _end - Offset - HeaderLength);

    /// <summary>Whether all of the layer was captured.</summary>
    internal bool IsWhole => _end - Offset == Length;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Summary}";

    private protected abstract void AddFields(FieldList list);

    internal byte Byte(int at) => at < _end - Offset ? _packet.Bytes[Offset + at] : (byte)0;

    internal ushort UInt16(int at) => at + 2 <= _end - Offset ? BinaryPrimitives.ReadUInt16BigEndian(_packet.Bytes.AsSpan(Offset + at)) : (ushort)0;

    internal uint UInt32(int at) => at + 4 <= _end - Offset ? BinaryPrimitives.ReadUInt32BigEndian(_packet.Bytes.AsSpan(Offset + at)) : 0;

    private protected IPAddress Address(int at, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..length];
        bytes.Clear();
        ReadOnlySpan<byte> there = Captured;
        if (at < there.Length)
        {
            there[at..Math.Min(there.Length, at + length)].CopyTo(bytes);
        }

        return new IPAddress(bytes);
    }

    /// <summary>Bytes as a hardware address with colons; empty where they were not captured.</summary>
    private protected string Hardware(int at, int length)
    {
        ReadOnlySpan<byte> there = Captured;
        return at + length <= there.Length ? HardwareAddress.Text(there.Slice(at, length)) : "";
    }
}
