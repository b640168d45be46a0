using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace SocketTools.Addresses;

/// <summary>Socket addresses from bytes. No I/O: bytes in, a structure or <see cref="SocketCallException"/> out.</summary>
internal static class AddressReader
{
    /// <summary>Takes bytes apart.</summary>
    /// <param name="bytes">As many as accept(2) or getsockname(2) gave.</param>
    /// <param name="platform">Whose layout.</param>
    /// <exception cref="SocketCallException">EINVAL: too few bytes, too many, or a path that cannot be. EAFNOSUPPORT: an unknown family. Nothing else is thrown for any bytes.</exception>
    public static SocketAddressStructure Read(byte[] bytes, SocketPlatform platform)
    {
        if (bytes.Length < sizeof(ushort))
        {
            throw Bad(bytes, $"A socket address begins with two bytes for its family, and here {Count(bytes.Length)}");
        }

        int family = Family(bytes, platform);
        AddressLayout layout = AddressLayout.Find(platform, family) ?? throw UnknownFamily(bytes, family, platform);
        CheckLength(bytes, layout);
        List<SocketAddressField> fields = [];
        foreach (AddressMember member in layout.Members)
        {
            if (member.Offset < bytes.Length)
            {
                fields.Add(Field(bytes, member, layout));
            }
        }

        EndPoint? address = ToEndPoint(bytes, layout);
        return new SocketAddressStructure(layout.Name, layout.FamilyName, platform, [.. bytes], fields, address);
    }

    /// <summary>The bytes as struct sockaddr.</summary>
    public static IReadOnlyList<SocketAddressField> Generic(byte[] bytes, SocketPlatform platform, string familyName)
    {
        bool mac = platform == SocketPlatform.MacOS;
        List<SocketAddressField> fields = [];
        if (mac)
        {
            fields.Add(new("sa_len", "__uint8_t", 0, 1, Hex(bytes.AsSpan(0, 1)), (int)bytes[0], SocketByteOrder.None));
        }

        fields.Add(new("sa_family", platform == SocketPlatform.Windows ? "ADDRESS_FAMILY" : "sa_family_t", mac ? 1 : 0, mac ? 1 : 2, Hex(mac ? bytes.AsSpan(1, 1) : bytes.AsSpan(0, 2)), familyName, mac ? SocketByteOrder.None : SocketByteOrder.Host));
        if (bytes.Length > 2)
        {
            // Declared with 14 bytes since the days when every address fitted; the length that goes with the pointer says how many there are.
            fields.Add(new("sa_data", "char[14]", 2, bytes.Length - 2, Hex(bytes.AsSpan(2)), null, SocketByteOrder.None));
        }

        return fields;
    }

    /// <summary>Bytes as hexadecimal digits, two and two.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length * 3);
        foreach (byte value in bytes)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static int Family(ReadOnlySpan<byte> bytes, SocketPlatform platform) => platform == SocketPlatform.MacOS ? bytes[1] : MemoryMarshal.Read<ushort>(bytes);

    private static void CheckLength(byte[] bytes, AddressLayout layout)
    {
        if (bytes.Length > layout.Size || (layout.MinimumSize(bytes) is var least && bytes.Length < least))
        {
            string allowed = layout.HasPath ? $"at most {layout.Size}" : $"{layout.Size}";
            throw Bad(bytes, $"A {layout.Name} has {allowed} bytes, and here {Count(bytes.Length)}");
        }

        // What the BSDs write there is the length of the whole; a path may have been padded since.
        if (layout.Platform == SocketPlatform.MacOS && !layout.HasPath && bytes[0] != 0 && bytes[0] != bytes.Length)
        {
            throw Bad(bytes, $"The length byte says {bytes[0]}, and here {Count(bytes.Length)}");
        }
    }

    private static SocketAddressField Field(byte[] bytes, AddressMember member, AddressLayout layout)
    {
        int length = Math.Min(member.Length, bytes.Length - member.Offset);
        ReadOnlySpan<byte> raw = bytes.AsSpan(member.Offset, length);
        object? value = member.Kind switch
        {
            MemberKind.Family => layout.FamilyName,
            MemberKind.Ipv4 or MemberKind.Ipv6 => new IPAddress(raw),
            MemberKind.Path => PathText(bytes, layout),
            MemberKind.Hardware => HardwareAddress(raw, bytes[member.Offset - 1]),
            MemberKind.Padding => null,
            _ => Number(raw, member),
        };
        return new SocketAddressField(member.Name, member.CType, member.Offset, length, Hex(raw), value, member.Order);
    }

    private static object Number(ReadOnlySpan<byte> raw, AddressMember member) => (raw.Length, member.Order) switch
    {
        (1, _) => (int)raw[0],
        (2, SocketByteOrder.Network) => (int)BinaryPrimitives.ReadUInt16BigEndian(raw),
        (2, _) => (int)MemoryMarshal.Read<ushort>(raw),
        (_, SocketByteOrder.Network) => BinaryPrimitives.ReadUInt32BigEndian(raw),
        _ when member.CType == "int" => MemoryMarshal.Read<int>(raw),
        _ => MemoryMarshal.Read<uint>(raw),
    };

    private static string HardwareAddress(ReadOnlySpan<byte> raw, int length) =>
        Hex(raw[..Math.Min(length, raw.Length)]).Replace(' ', ':');

    private static EndPoint? ToEndPoint(byte[] bytes, AddressLayout layout)
    {
        switch (layout.Name)
        {
            case "sockaddr_in":
                return new IPEndPoint(new IPAddress(bytes.AsSpan(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2)));
            case "sockaddr_in6":
                return new IPEndPoint(new IPAddress(bytes.AsSpan(8, 16), MemoryMarshal.Read<uint>(bytes.AsSpan(24))), BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2)));
            case "sockaddr_un" when PathText(bytes, layout) is not null:
                return UnixEndPoint(bytes.AsSpan(2));
            default:
                return null;
        }
    }

    // By its bytes, because a name need not be UTF-8.
    private static EndPoint UnixEndPoint(ReadOnlySpan<byte> path)
    {
        SocketAddress native = new(AddressFamily.Unix, 2 + path.Length);
        path.CopyTo(native.Buffer.Span[2..]);
        return new UnixDomainSocketEndPoint("/").Create(native);
    }

    // A path ends at its NUL or with the bytes; an abstract name begins with one and has as many bytes as there are (unix(7)).
    private static string? PathText(byte[] bytes, AddressLayout layout)
    {
        ReadOnlySpan<byte> path = bytes.AsSpan(2);
        if (path.IsEmpty)
        {
            return null; // A socket without a name.
        }

        if (path[0] == 0 && layout.Platform == SocketPlatform.Linux && path.IndexOfAnyExcept((byte)0) >= 0)
        {
            return "@" + Encoding.UTF8.GetString(path[1..]);
        }

        int end = path.IndexOf((byte)0);
        ReadOnlySpan<byte> name = end < 0 ? path : path[..end];
        if (end >= 0 && path[end..].IndexOfAnyExcept((byte)0) >= 0)
        {
            throw Bad(bytes, $"sun_path holds a NUL at byte {end}, and more behind it");
        }

        return name.IsEmpty ? null : Encoding.UTF8.GetString(name);
    }

    private static string Start(byte[] bytes) => bytes.Length <= 32 ? Hex(bytes) : Hex(bytes.AsSpan(0, 32)) + " ...";

    private static string Count(int bytes) => bytes == 1 ? "is 1" : $"are {bytes}";

    private static SocketCallException UnknownFamily(byte[] bytes, int family, SocketPlatform platform) =>
        new("sockaddr", Errno.EAFNOSUPPORT, Start(bytes), $"Family {family} is none known here on {platform}")
        {
            Advice = $"Known are {AddressLayout.Known(platform)}. The layouts differ between platforms: see -Platform.",
        };

    private static SocketCallException Bad(byte[] bytes, string detail) =>
        new("sockaddr", Errno.EINVAL, Start(bytes), detail) { Advice = "Give as many bytes as the kernel gave: the length that getsockname, accept or recvfrom wrote." };
}
