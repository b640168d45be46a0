using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>Numbers and options in the byte order of a section.</summary>
internal readonly record struct PcapNgOrder(bool BigEndian)
{
    public ushort UInt16(ReadOnlySpan<byte> bytes) => BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) => BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public ulong UInt64(ReadOnlySpan<byte> bytes) => BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>The first option with a code; empty where there is none. What comes behind a length that lies is passed over.</summary>
    public ReadOnlySpan<byte> Option(ReadOnlySpan<byte> options, int wanted)
    {
        while (options.Length >= 4)
        {
            int code = UInt16(options);
            int length = UInt16(options[2..]);
            if (code == 0 || 4 + length > options.Length)
            {
                break;
            }

            if (code == wanted)
            {
                return options.Slice(4, length);
            }

            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }

        return default;
    }

    /// <summary>Every option.</summary>
    public IEnumerable<(int Code, ReadOnlyMemory<byte> Value)> Options(ReadOnlyMemory<byte> options)
    {
        while (options.Length >= 4)
        {
            int code = UInt16(options.Span);
            int length = UInt16(options.Span[2..]);
            if (code == 0 || 4 + length > options.Length)
            {
                break;
            }

            yield return (code, options.Slice(4, length));
            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }
    }
}
