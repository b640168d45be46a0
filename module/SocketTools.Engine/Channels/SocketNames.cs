using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>The names that socket(2) takes, beside those of .NET: <c>AF_INET</c> and <c>InterNetwork</c> are the same.</summary>
public static class SocketNames
{
    // No socket is made of it: it asks for addresses of any family.
    private const string Unspecified = "AF_UNSPEC";

    private static readonly (string Name, AddressFamily Value)[] s_families =
    [
        ("AF_UNIX", AddressFamily.Unix),
        ("AF_LOCAL", AddressFamily.Unix),
        ("AF_INET", AddressFamily.InterNetwork),
        ("AF_INET6", AddressFamily.InterNetworkV6),
        ("AF_PACKET", AddressFamily.Packet),
        (Unspecified, AddressFamily.Unspecified),
    ];

    private static readonly (string Name, SocketType Value)[] s_types =
    [
        ("SOCK_STREAM", SocketType.Stream),
        ("SOCK_DGRAM", SocketType.Dgram),
        ("SOCK_SEQPACKET", SocketType.Seqpacket),
        ("SOCK_RAW", SocketType.Raw),
        ("SOCK_RDM", SocketType.Rdm),
    ];

    private static readonly (string Name, ProtocolType Value)[] s_protocols =
    [
        ("IPPROTO_IP", ProtocolType.IP),
        ("IPPROTO_TCP", ProtocolType.Tcp),
        ("IPPROTO_UDP", ProtocolType.Udp),
        ("IPPROTO_ICMP", ProtocolType.Icmp),
        ("IPPROTO_ICMPV6", ProtocolType.IcmpV6),
        ("IPPROTO_SCTP", (ProtocolType)132),
        ("IPPROTO_RAW", ProtocolType.Raw),
    ];

    /// <summary>The family names that <see cref="Family"/> takes, for completion.</summary>
    public static IEnumerable<string> Families => Names(s_families[..^1]);

    /// <summary>The type names that <see cref="Type"/> takes, for completion.</summary>
    public static IEnumerable<string> Types => Names(s_types);

    /// <summary>The protocol names that <see cref="Protocol"/> takes, for completion.</summary>
    public static IEnumerable<string> Protocols => Names(s_protocols);

    /// <summary>An address family by its C name, its .NET name or its number in .NET.</summary>
    /// <exception cref="SocketCallException">EAFNOSUPPORT: no such family.</exception>
    public static AddressFamily Family(string text) => Find(text, s_families, Errno.EAFNOSUPPORT);

    /// <summary>A socket type by its C name, its .NET name or its number.</summary>
    /// <exception cref="SocketCallException">ESOCKTNOSUPPORT: no such type.</exception>
    public static SocketType Type(string text) => Find(text, s_types, Errno.ESOCKTNOSUPPORT);

    /// <summary>A protocol by its C name, its .NET name or its number; 0 is the default of family and type.</summary>
    /// <exception cref="SocketCallException">EPROTONOSUPPORT: no such protocol.</exception>
    public static ProtocolType Protocol(string text) => Find(text, s_protocols, Errno.EPROTONOSUPPORT);

    /// <summary>The C name of a family.</summary>
    public static string Of(AddressFamily family) => NameOf(s_families, family);

    /// <summary>The C name of a type.</summary>
    public static string Of(SocketType type) => NameOf(s_types, type);

    /// <summary>The C name of a protocol.</summary>
    public static string Of(ProtocolType protocol) => NameOf(s_protocols, protocol);

    private static T Find<T>(string text, (string Name, T Value)[] names, Errno unknown)
        where T : struct, Enum
    {
        foreach ((string name, T value) in names)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        if (Enum.TryParse(text, ignoreCase: true, out T parsed) && !text.Contains(',', StringComparison.Ordinal))
        {
            return parsed;
        }

        throw new SocketCallException("socket", unknown, text)
        {
            Advice = $"Give one of {string.Join(", ", Names(names).Except([Unspecified]))}, or the .NET name.",
        };
    }

    private static string NameOf<T>((string Name, T Value)[] names, T value)
        where T : struct, Enum
    {
        foreach ((string name, T candidate) in names)
        {
            if (EqualityComparer<T>.Default.Equals(candidate, value))
            {
                return name;
            }
        }

        return Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Names<T>((string Name, T Value)[] names)
    {
        foreach ((string name, T _) in names)
        {
            yield return name;
        }
    }
}
