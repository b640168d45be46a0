using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SocketTools;

/// <summary>
/// pcapng: one section in little-endian order, an interface for each name and link type, nanoseconds, directions, comments. What the file of the first packet
/// says of itself this one says too; what those of others say more stands at their interfaces, for not every program knows those of a second section apart.
/// </summary>
internal sealed class PcapNgEncoder : CaptureEncoder
{
    private const int EndOfOptions = 4;
    private const int MaximumName = 4096;

    private readonly List<(string? Name, LinkType LinkType, IReadOnlyList<string> Comments)> _interfaces = [];
    private IReadOnlyList<string> _said = [];

    /// <summary>What the file says of itself; null for what the packets say of theirs.</summary>
    public string? Comment { get; init; }

    private protected override void WriteHeader(IBufferWriter<byte> output, SocketPacket? first)
    {
        const int Application = 4; // shb_userappl
        _said = Comment is null ? first?.FileComments ?? [] : (string[])[Comment];
        ReadOnlySpan<byte> name = "SocketTools"u8;
        byte[][] comments = Encode(_said);
        int length = 28 + OptionLength(name.Length) + OptionLength(comments) + EndOfOptions;
        Span<byte> block = Block(output, 0x0A0D0D0A, length);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(block[12..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], -1); // how long the section is: not known
        Option(Option(block[24..], Application, name), comments);
        output.Advance(length);
    }

    private protected override void WritePacket(SocketPacket packet, ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        const int Flags = 2; // epb_flags
        int source = Interface(packet, output);
        int padded = (bytes.Length + 3) & ~3;
        bool directed = packet.Direction != PacketDirection.Unknown;
        byte[][] comments = Encode(packet.Comments);
        int options = (directed ? OptionLength(4) : 0) + OptionLength(comments);
        int length = 32 + padded + options + (options > 0 ? EndOfOptions : 0);
        Span<byte> block = Block(output, 6, length);
        ulong time = (ulong)Math.Max(0, packet.TimestampNanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], source);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)(time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)time);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], packet.Length);
        bytes.CopyTo(block[28..]);
        Span<byte> rest = block[(28 + padded)..];
        if (directed)
        {
            rest = Option(rest, Flags, packet.Direction == PacketDirection.Incoming ? [1, 0, 0, 0] : [2, 0, 0, 0]);
        }

        Option(rest, comments);
        output.Advance(length);
    }

    private int Interface(SocketPacket packet, IBufferWriter<byte> output)
    {
        const int Name = 2; // if_name
        const int Resolution = 9; // if_tsresol
        IReadOnlyList<string> more = packet.FileComments == _said || packet.FileComments.Count == 0 ? [] : packet.FileComments.Except(_said).ToArray();
        for (int i = 0; i < _interfaces.Count; i++)
        {
            (string? known, LinkType linkType, IReadOnlyList<string> said) = _interfaces[i];
            if (linkType == packet.LinkType && known == packet.Interface && (said == more || said.SequenceEqual(more)))
            {
                return i;
            }
        }

        _interfaces.Add((packet.Interface, packet.LinkType, more));
        byte[][] comments = Encode(more);
        byte[] name = Encoding.UTF8.GetBytes(packet.Interface ?? "");
        name = name.Length > MaximumName ? name[..MaximumName] : name;
        int length = 20 + OptionLength(1) + EndOfOptions + (name.Length == 0 ? 0 : OptionLength(name.Length)) + OptionLength(comments);
        Span<byte> block = Block(output, 1, length);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], (ushort)packet.LinkType);
        BinaryPrimitives.WriteInt32LittleEndian(block[12..], CaptureFileWriter.MaximumCaptured);
        Span<byte> options = block[16..];
        if (name.Length > 0)
        {
            options = Option(options, Name, name);
        }

        Option(Option(options, Resolution, [9]), comments);
        output.Advance(length);
        return _interfaces.Count - 1;
    }

    // All of it 0 but its type and its two lengths; the end of the options is 0 too.
    private static Span<byte> Block(IBufferWriter<byte> output, uint type, int length)
    {
        Span<byte> block = output.GetSpan(length)[..length];
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(block[(length - 4)..], length);
        return block;
    }

    private static int OptionLength(int value) => 4 + ((value + 3) & ~3);

    private static int OptionLength(byte[][] comments) => comments.Sum(static c => OptionLength(c.Length));

    private static byte[][] Encode(IReadOnlyList<string> comments) => comments.Count == 0 ? [] : [.. comments.Select(PacketComments.Encode)];

    // Gives what is behind it.
    private static Span<byte> Option(Span<byte> target, int code, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)code);
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)value.Length);
        value.CopyTo(target[4..]);
        return target[OptionLength(value.Length)..];
    }

    private static void Option(Span<byte> target, byte[][] comments)
    {
        foreach (byte[] comment in comments)
        {
            target = Option(target, PacketComments.Option, comment);
        }
    }
}
