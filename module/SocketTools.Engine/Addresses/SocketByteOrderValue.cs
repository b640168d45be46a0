using System;
using System.Buffers.Binary;
using System.Globalization;
using SocketTools.Addresses;

namespace SocketTools;

/// <summary>A number in the order of this machine and in that of the network (byteorder(3)). Immutable.</summary>
[Formatting.TypeFormatterSource]
public sealed class SocketByteOrderValue
{
    private readonly ulong _bits;

    private SocketByteOrderValue(ulong bits, int width, bool signed) => (_bits, Bits, Signed) = (bits, width, signed);

    /// <summary>16, 32 or 64.</summary>
    public int Bits { get; }

    /// <summary>Whether the number has a sign.</summary>
    public bool Signed { get; }

    /// <summary>The number as this machine has it.</summary>
    public object Value => Typed(_bits);

    /// <summary>The number whose bytes in this machine's memory are those of the network: what htons, htonl and their like return.</summary>
    public object Network => Typed(BitConverter.IsLittleEndian ? Reversed(_bits) : _bits);

    /// <summary>The bytes in this machine's memory.</summary>
    public byte[] HostBytes => Bytes(BitConverter.IsLittleEndian);

    /// <summary>The bytes on the wire: most significant byte first.</summary>
    public byte[] NetworkBytes => Bytes(littleEndian: false);

    /// <summary>Whether this machine keeps numbers of this width in another order than the network.</summary>
    public bool Differs => Bits > 8 && BitConverter.IsLittleEndian;

    /// <summary>The C function that does it: htons for 16 bits, htonl for 32; htobe64 for 64 (endian(3)).</summary>
    public string Function => Bits switch { 16 => "htons", 32 => "htonl", _ => "htobe64" };

    /// <summary>The C function that undoes it.</summary>
    public string Inverse => Bits switch { 16 => "ntohs", 32 => "ntohl", _ => "be64toh" };

    /// <summary>A number in host order.</summary>
    /// <param name="number">Any whole number of .NET.</param>
    /// <param name="bits">16, 32, 64, or 0 for the width of its type.</param>
    /// <exception cref="SocketCallException">EINVAL: it does not fit, or is no whole number.</exception>
    public static SocketByteOrderValue FromHost(object number, int bits = 0)
    {
        ArgumentNullException.ThrowIfNull(number);
        number = number is char character ? (ushort)character : number;
        (int width, bool signed) = TypeOf(number);
        bits = bits == 0 ? width : bits;
        decimal value = Convert.ToDecimal(number, CultureInfo.InvariantCulture);
        (decimal least, decimal most) = bits switch
        {
            16 => (short.MinValue, ushort.MaxValue),
            32 => (int.MinValue, uint.MaxValue),
            _ => (long.MinValue, ulong.MaxValue),
        };
        if (value < least || value > most)
        {
            throw new SocketCallException("htonl", Errno.EINVAL, number, $"{number} does not fit into {bits} bits") { Advice = $"Give a number from {least} to {most}, or more -Bits." };
        }

        // A literal is an int whatever it is for: made narrower it has a sign only where it is negative, for ports and lengths have none.
        bool negative = value < 0;
        signed = negative || (signed && bits == width);
        ulong raw = negative ? unchecked((ulong)(long)value) : (ulong)value;
        return new SocketByteOrderValue(Masked(raw, bits), bits, signed);
    }

    /// <summary>A number that was read from the network as it is in memory there, so that on most machines it looks reversed.</summary>
    /// <exception cref="SocketCallException">EINVAL: it does not fit, or is no whole number.</exception>
    public static SocketByteOrderValue FromNetwork(object number, int bits = 0)
    {
        SocketByteOrderValue read = FromHost(number, bits);
        return new SocketByteOrderValue(BitConverter.IsLittleEndian ? read.Reversed(read._bits) : read._bits, read.Bits, read.Signed);
    }

    /// <summary>The number of bytes.</summary>
    /// <param name="bytes">Two, four or eight.</param>
    /// <param name="order">Their order.</param>
    /// <param name="signed">Whether the first bit is a sign.</param>
    /// <exception cref="SocketCallException">EINVAL: another count.</exception>
    public static SocketByteOrderValue FromBytes(ReadOnlySpan<byte> bytes, SocketByteOrder order, bool signed)
    {
        bool littleEndian = order == SocketByteOrder.Host && BitConverter.IsLittleEndian;
        ulong value = bytes.Length switch
        {
            2 => littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
            8 => littleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes),
            _ => throw new SocketCallException("ntohl", Errno.EINVAL, AddressReader.Hex(bytes), $"A number has 2, 4 or 8 bytes, and here are {bytes.Length}"),
        };
        return new SocketByteOrderValue(value, bytes.Length * 8, signed);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}: host {AddressReader.Hex(HostBytes)}, network {AddressReader.Hex(NetworkBytes)}");

    private static (int Width, bool Signed) TypeOf(object number) => number switch
    {
        short => (16, true),
        ushort or byte or sbyte => (16, number is sbyte),
        int => (32, true),
        uint => (32, false),
        long => (64, true),
        ulong => (64, false),
        _ => throw new SocketCallException("htonl", Errno.EINVAL, number, $"A {number.GetType().Name} is no whole number of up to 64 bits"),
    };

    private static ulong Masked(ulong value, int bits) => bits == 64 ? value : value & ((1UL << bits) - 1);

    private ulong Reversed(ulong value) => Bits switch
    {
        16 => BinaryPrimitives.ReverseEndianness((ushort)value),
        32 => BinaryPrimitives.ReverseEndianness((uint)value),
        _ => BinaryPrimitives.ReverseEndianness(value),
    };

    private object Typed(ulong value) => (Bits, Signed) switch
    {
        (16, true) => (short)value,
        (16, false) => (ushort)value,
        (32, true) => (int)value,
        (32, false) => (uint)value,
        (_, true) => (long)value,
        _ => value,
    };

    private byte[] Bytes(bool littleEndian)
    {
        Span<byte> all = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(all, _bits);
        byte[] bytes = all[^(Bits / 8)..].ToArray();
        if (littleEndian)
        {
            Array.Reverse(bytes);
        }

        return bytes;
    }
}
