using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Tests.Capture;

/// <summary>Capture files built by hand, in either byte order.</summary>
internal sealed class CaptureBytes
{
    public const uint Microseconds = 0xA1B2C3D4;
    public const uint Nanoseconds = 0xA1B23C4D;
    public const uint Patched = 0xA1B2CD34;

    public const uint InterfaceBlock = 1;
    public const uint OldPacketBlock = 2;
    public const uint SimpleBlock = 3;
    public const uint NamesBlock = 4;
    public const uint StatisticsBlock = 5;
    public const uint PacketBlock = 6;

    private readonly bool _big;

    public CaptureBytes(bool bigEndian) => _big = bigEndian;

    public byte[] PcapHeader(uint magic, uint link = 1, ushort major = 2) => [.. UInt32(magic), .. UInt16(major), .. UInt16(4), .. new byte[8], .. UInt32(65535), .. UInt32(link)];

    public byte[] PcapPacket(uint seconds, uint fraction, byte[] bytes, uint? captured = null, uint? length = null, bool patched = false) =>
        [.. UInt32(seconds), .. UInt32(fraction), .. UInt32(captured ?? (uint)bytes.Length), .. UInt32(length ?? (uint)bytes.Length), .. new byte[patched ? 8 : 0], .. bytes];

    public byte[] Section(ushort major = 1) => Block(0x0A0D0D0A, [.. UInt32(0x1A2B3C4D), .. UInt16(major), .. UInt16(0), .. Enumerable.Repeat((byte)0xFF, 8)]);

    public byte[] Interface(ushort link = 1, uint snap = 0, params byte[][] options) => Block(InterfaceBlock, [.. UInt16(link), .. UInt16(0), .. UInt32(snap), .. options.SelectMany(static o => o)]);

    public byte[] Packet(uint number, ulong time, byte[] bytes, uint? captured = null, uint? length = null, params byte[][] options) => Block(
        PacketBlock,
        [.. UInt32(number), .. UInt32((uint)(time >> 32)), .. UInt32((uint)time), .. UInt32(captured ?? (uint)bytes.Length), .. UInt32(length ?? (uint)bytes.Length), .. Padded(bytes), .. options.SelectMany(static o => o)]);

    public byte[] OldPacket(ushort number, ulong time, byte[] bytes) => Block(
        OldPacketBlock,
        [.. UInt16(number), .. UInt16(0xFFFF), .. UInt32((uint)(time >> 32)), .. UInt32((uint)time), .. UInt32((uint)bytes.Length), .. UInt32((uint)bytes.Length), .. Padded(bytes)]);

    public byte[] Simple(uint length, byte[] bytes) => Block(SimpleBlock, [.. UInt32(length), .. Padded(bytes)]);

    public byte[] Statistics(uint number, params byte[][] options) => Block(StatisticsBlock, [.. UInt32(number), .. new byte[8], .. options.SelectMany(static o => o)]);

    public byte[] Option(ushort code, byte[] value) => [.. UInt16(code), .. UInt16((ushort)value.Length), .. Padded(value)];

    public byte[] Block(uint type, byte[] body) => [.. UInt32(type), .. UInt32((uint)body.Length + 12), .. body, .. UInt32((uint)body.Length + 12)];

    public byte[] UInt16(ushort value) => _big ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];

    public byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _big ? value : BinaryPrimitives.ReverseEndianness(value));
        return bytes;
    }

    public byte[] UInt64(ulong value) => _big ? [.. UInt32((uint)(value >> 32)), .. UInt32((uint)value)] : [.. UInt32((uint)value), .. UInt32((uint)(value >> 32))];

    /// <summary>A file of all block types, in this order, and the places where one ends.</summary>
    public (byte[] Bytes, int[] Ends, int[] PacketEnds) PcapNg()
    {
        byte[] tcp = Frames.All["tcp"].Bytes;
        (byte[] Bytes, bool IsPacket)[] blocks =
        [
            (Section(), false),
            (Interface(1, 0, Option(1, "a comment"u8.ToArray()), Option(2, "eth0"u8.ToArray()), Option(9, [9]), Option(0, [])), false),
            (Interface(101), false),
            (Block(NamesBlock, new byte[20]), false),
            (Packet(0, 1_700_000_000_123_456_789, tcp, options: [Option(1, "comment"u8.ToArray()), Option(2, UInt32(1)), Option(0, [])]), true),
            (Block(0x80000001, [1, 2, 3, 4]), false),
            (Packet(1, 1_700_000_000_123_456, Frames.All["raw"].Bytes, length: 1000), true),
            (OldPacket(1, 1_700_000_001_000_000, Frames.All["raw6"].Bytes), true),
            (Simple((uint)tcp.Length, tcp), true),
            (Statistics(0, Option(4, UInt64(100)), Option(5, UInt64(3)), Option(7, UInt64(4)), Option(0, [])), false),
        ];
        List<byte> all = [];
        List<int> ends = [0];
        List<int> packetEnds = [];
        foreach ((byte[] bytes, bool isPacket) in blocks)
        {
            all.AddRange(bytes);
            ends.Add(all.Count);
            if (isPacket)
            {
                packetEnds.Add(all.Count);
            }
        }

        return ([.. all], [.. ends], [.. packetEnds]);
    }

    private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & 3]];
}
