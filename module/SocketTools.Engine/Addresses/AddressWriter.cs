using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketTools.Addresses;

/// <summary>The bytes of socket addresses, as the kernel of a platform takes them.</summary>
internal static class AddressWriter
{
    /// <summary>Writes an address.</summary>
    /// <param name="address">IPv4, IPv6 or Unix domain; an empty Unix path is a socket without a name.</param>
    /// <param name="platform">Whose layout.</param>
    /// <param name="target">What errors name.</param>
    /// <exception cref="SocketCallException">ENAMETOOLONG, EOPNOTSUPP: an abstract name where there are none. EAFNOSUPPORT, EINVAL: a NUL in a path.</exception>
    public static SocketAddressStructure Write(EndPoint address, SocketPlatform platform, object target)
    {
        byte[] bytes = address switch
        {
            IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip => Internet(ip, AddressLayout.Find(platform, "sockaddr_in")),
            IPEndPoint ip => Internet6(ip, AddressLayout.Find(platform, "sockaddr_in6")),
            { AddressFamily: AddressFamily.Unix } => Unix(address, AddressLayout.Find(platform, "sockaddr_un"), target),
            _ => throw new SocketCallException("sockaddr", Errno.EAFNOSUPPORT, target, $"A {address.GetType().Name} has no socket address known here"),
        };
        return AddressReader.Read(bytes, platform);
    }

    private static byte[] Internet(IPEndPoint address, AddressLayout layout)
    {
        byte[] bytes = New(layout, layout.Size);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)address.Port);
        address.Address.TryWriteBytes(bytes.AsSpan(4), out _);
        return bytes;
    }

    private static byte[] Internet6(IPEndPoint address, AddressLayout layout)
    {
        byte[] bytes = New(layout, layout.Size);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)address.Port);
        address.Address.TryWriteBytes(bytes.AsSpan(8), out _);
        MemoryMarshal.Write(bytes.AsSpan(24), (uint)address.Address.ScopeId);
        return bytes;
    }

    private static byte[] Unix(EndPoint address, AddressLayout layout, object target)
    {
        // By its bytes, because in text a file called @x and an abstract name are the same.
        SocketAddress native = address.Serialize();
        ReadOnlySpan<byte> name = native.Buffer.Span[2..native.Size];
        bool isAbstract = name is [0, _, ..];
        if (isAbstract && layout.Platform != SocketPlatform.Linux)
        {
            throw new SocketCallException("sockaddr", Errno.EOPNOTSUPP, target, "Abstract names exist on Linux only");
        }

        name = isAbstract ? name[1..] : name.TrimEnd((byte)0);
        if (!isAbstract && name.Contains((byte)0))
        {
            throw new SocketCallException("sockaddr", Errno.EINVAL, target, "The path holds a NUL character, where sun_path would end");
        }

        // A path is told with its NUL, an abstract name with the NUL before it (unix(7)); a socket without a name has the family alone.
        int room = layout.Size - 2 - 1;
        if (name.Length > room)
        {
            throw new SocketCallException("sockaddr", Errno.ENAMETOOLONG, target, $"The path is {name.Length} bytes long, {room} are allowed");
        }

        byte[] bytes = New(layout, name.IsEmpty ? 2 : 2 + name.Length + 1);
        name.CopyTo(bytes.AsSpan(isAbstract ? 3 : 2));
        return bytes;
    }

    private static byte[] New(AddressLayout layout, int length)
    {
        byte[] bytes = new byte[length];
        if (layout.Platform == SocketPlatform.MacOS)
        {
            (bytes[0], bytes[1]) = ((byte)length, (byte)layout.Family);
        }
        else
        {
            MemoryMarshal.Write(bytes, (ushort)layout.Family);
        }

        return bytes;
    }
}
