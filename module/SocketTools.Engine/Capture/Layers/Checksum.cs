using System;
using System.Buffers.Binary;

namespace SocketTools;

/// <summary>The Internet checksum (RFC 1071).</summary>
internal static class Checksum
{
    /// <summary>Adds 16-bit words in network order; an odd last byte counts as the upper half of a word.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        // Four words at a time: 2^16 is 1 in this sum, so two halves of 32 bits may be added whole.
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            ulong eight = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            sum += (eight >> 32) + (uint)eight;
        }

        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    /// <summary>The sum in 16 bits.</summary>
    public static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>What stands in the header; 0 for a sum that the right checksum is in already.</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);
}
