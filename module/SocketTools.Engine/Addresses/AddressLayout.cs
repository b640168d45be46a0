using System;
using System.Collections.Generic;
using System.Globalization;

namespace SocketTools.Addresses;

/// <summary>What a member of a socket address holds.</summary>
internal enum MemberKind
{
    Length,
    Family,
    Port,
    Number,
    Ipv4,
    Ipv6,
    Path,
    Padding,
    Hardware,
}

/// <summary>A member of a socket address: where it is, and what it holds.</summary>
internal sealed record AddressMember(string Name, string CType, int Offset, int Length, MemberKind Kind, SocketByteOrder Order);

/// <summary>The layout of the socket address of one family on one platform, as the C headers have it.</summary>
internal sealed class AddressLayout
{
    private static readonly Dictionary<(SocketPlatform, int), AddressLayout> s_layouts = Make();

    private readonly List<AddressMember> _members = [];

    private AddressLayout(SocketPlatform platform, string name, string familyName, int family)
    {
        (Platform, Name, FamilyName, Family) = (platform, name, familyName, family);
        string prefix = name switch { "sockaddr_in" => "sin", "sockaddr_in6" => "sin6", "sockaddr_un" => "sun", "sockaddr_ll" => "sll", "sockaddr_vm" => "svm", _ => "nl" };
        Prefix = prefix + "_";
        if (platform == SocketPlatform.MacOS)
        {
            Add("len", "__uint8_t", 1, MemberKind.Length, SocketByteOrder.None);
            Add("family", "sa_family_t", 1, MemberKind.Family, SocketByteOrder.None);
        }
        else
        {
            Add("family", platform == SocketPlatform.Windows ? "ADDRESS_FAMILY" : "sa_family_t", 2, MemberKind.Family, SocketByteOrder.Host);
        }
    }

    public SocketPlatform Platform { get; }

    /// <summary>The name of the structure: sockaddr_in.</summary>
    public string Name { get; }

    /// <summary>AF_INET.</summary>
    public string FamilyName { get; }

    /// <summary>The number of the family on the platform.</summary>
    public int Family { get; }

    /// <summary>Bytes of the whole structure.</summary>
    public int Size { get; private set; }

    /// <summary>True where the last member is a path of any length.</summary>
    public bool HasPath => Name == "sockaddr_un";

    /// <summary>
    /// The bytes that there must be: all of them, but of a path, and of a hardware address as much as its length byte says
    /// (getsockname(2) of a packet socket leaves the rest out).
    /// </summary>
    public int MinimumSize(ReadOnlySpan<byte> bytes)
    {
        AddressMember last = _members[^1];
        return last.Kind switch
        {
            MemberKind.Path => last.Offset,
            MemberKind.Hardware when bytes.Length >= last.Offset => last.Offset + Math.Min(bytes[last.Offset - 1], (byte)last.Length),
            _ => Size,
        };
    }

    public IReadOnlyList<AddressMember> Members => _members;

    private string Prefix { get; }

    /// <summary>The layout of a family, or null where it is not known.</summary>
    public static AddressLayout? Find(SocketPlatform platform, int family) => s_layouts.GetValueOrDefault((platform, family));

    /// <summary>The layout of a structure by its name.</summary>
    public static AddressLayout Find(SocketPlatform platform, string name)
    {
        foreach (AddressLayout layout in s_layouts.Values)
        {
            if (layout.Platform == platform && layout.Name == name)
            {
                return layout;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(name));
    }

    /// <summary>The names of the families known on a platform, with their numbers.</summary>
    public static string Known(SocketPlatform platform)
    {
        List<string> names = [];
        foreach (AddressLayout layout in s_layouts.Values)
        {
            if (layout.Platform == platform)
            {
                names.Add(string.Create(CultureInfo.InvariantCulture, $"{layout.FamilyName} ({layout.Family})"));
            }
        }

        return string.Join(", ", names);
    }

    private static Dictionary<(SocketPlatform, int), AddressLayout> Make()
    {
        Dictionary<(SocketPlatform, int), AddressLayout> layouts = [];
        foreach (SocketPlatform platform in Enum.GetValues<SocketPlatform>())
        {
            (bool mac, bool windows) = (platform == SocketPlatform.MacOS, platform == SocketPlatform.Windows);
            Keep(new AddressLayout(platform, "sockaddr_in", "AF_INET", 2)
                .Add("port", windows ? "USHORT" : "in_port_t", 2, MemberKind.Port, SocketByteOrder.Network)
                .Add("addr", windows ? "IN_ADDR" : "struct in_addr", 4, MemberKind.Ipv4, SocketByteOrder.Network)
                .Add("zero", mac ? "char[8]" : windows ? "CHAR[8]" : "unsigned char[8]", 8, MemberKind.Padding, SocketByteOrder.None));
            Keep(new AddressLayout(platform, "sockaddr_in6", "AF_INET6", mac ? 30 : windows ? 23 : 10)
                .Add("port", windows ? "USHORT" : "in_port_t", 2, MemberKind.Port, SocketByteOrder.Network)
                .Add("flowinfo", mac ? "__uint32_t" : windows ? "ULONG" : "uint32_t", 4, MemberKind.Number, SocketByteOrder.Network)
                .Add("addr", windows ? "IN6_ADDR" : "struct in6_addr", 16, MemberKind.Ipv6, SocketByteOrder.Network)
                .Add("scope_id", mac ? "__uint32_t" : windows ? "ULONG" : "uint32_t", 4, MemberKind.Number, SocketByteOrder.Host));
            int path = mac ? 104 : 108;
            Keep(new AddressLayout(platform, "sockaddr_un", "AF_UNIX", 1)
                .Add("path", string.Create(CultureInfo.InvariantCulture, $"char[{path}]"), path, MemberKind.Path, SocketByteOrder.None));
        }

        Keep(new AddressLayout(SocketPlatform.Linux, "sockaddr_ll", "AF_PACKET", 17)
            .Add("protocol", "__be16", 2, MemberKind.Number, SocketByteOrder.Network)
            .Add("ifindex", "int", 4, MemberKind.Number, SocketByteOrder.Host)
            .Add("hatype", "unsigned short", 2, MemberKind.Number, SocketByteOrder.Host)
            .Add("pkttype", "unsigned char", 1, MemberKind.Number, SocketByteOrder.None)
            .Add("halen", "unsigned char", 1, MemberKind.Number, SocketByteOrder.None)
            .Add("addr", "unsigned char[8]", 8, MemberKind.Hardware, SocketByteOrder.Network));
        Keep(new AddressLayout(SocketPlatform.Linux, "sockaddr_nl", "AF_NETLINK", 16)
            .Add("pad", "unsigned short", 2, MemberKind.Padding, SocketByteOrder.None)
            .Add("pid", "__u32", 4, MemberKind.Number, SocketByteOrder.Host)
            .Add("groups", "__u32", 4, MemberKind.Number, SocketByteOrder.Host));
        Keep(new AddressLayout(SocketPlatform.Linux, "sockaddr_vm", "AF_VSOCK", 40)
            .Add("reserved1", "unsigned short", 2, MemberKind.Padding, SocketByteOrder.None)
            .Add("port", "unsigned int", 4, MemberKind.Number, SocketByteOrder.Host)
            .Add("cid", "unsigned int", 4, MemberKind.Number, SocketByteOrder.Host)
            .Add("flags", "__u8", 1, MemberKind.Number, SocketByteOrder.None)
            .Add("zero", "unsigned char[3]", 3, MemberKind.Padding, SocketByteOrder.None));
        return layouts;

        void Keep(AddressLayout layout) => layouts.Add((layout.Platform, layout.Family), layout);
    }

    private AddressLayout Add(string name, string type, int length, MemberKind kind, SocketByteOrder order)
    {
        _members.Add(new AddressMember(Prefix + name, type, Size, length, kind, order));
        Size += length;
        return this;
    }
}
