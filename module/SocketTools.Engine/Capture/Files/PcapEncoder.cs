using System;
using System.Buffers;
using System.Buffers.Binary;

namespace SocketTools;

/// <summary>pcap with nanoseconds, in little-endian order.</summary>
internal sealed class PcapEncoder : CaptureEncoder
{
    private const long Second = 1_000_000_000;

    private LinkType? _linkType;

    public override string? Refuses(SocketPacket packet) => base.Refuses(packet) ?? (_linkType is { } first && first != packet.LinkType
        ? $"The file is of link type {first}, and packet {packet.Number} of {packet.LinkType}"
        : null);

    private protected override void WriteHeader(IBufferWriter<byte> output, SocketPacket? first)
    {
        LinkType linkType = first?.LinkType ?? LinkType.Ethernet;
        _linkType = linkType;
        Span<byte> header = output.GetSpan(24)[..24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B23C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], CaptureFileWriter.MaximumCaptured);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], (int)linkType);
        output.Advance(24);
    }

    private protected override void WritePacket(SocketPacket packet, ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        // Its seconds have 32 bits and no sign: until 2106.
        long time = Math.Clamp(packet.TimestampNanoseconds, 0, (uint.MaxValue * Second) + Second - 1);
        int length = 16 + bytes.Length;
        Span<byte> record = output.GetSpan(length)[..length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(time / Second));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(time % Second));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet.Length);
        bytes.CopyTo(record[16..]);
        output.Advance(length);
    }
}
