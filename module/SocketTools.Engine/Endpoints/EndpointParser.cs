using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>The endpoint grammar. Text in, endpoint or <see cref="SocketEndpointFormatException"/> out; no I/O but the services table.</summary>
/// <remarks>Text that is an endpoint costs two objects: the endpoint, and its host or path. So it is taken apart in spans.</remarks>
internal static class EndpointParser
{
    private const string Grammar =
        "Write tcp://host:port (also tcp4, tcp6, udp, udp4, udp6, tls), unix:path, unix:@name, unixgram:path or unixpacket:path; host:port alone is tcp.";

    /// <summary>An endpoint: the port of an Internet endpoint must be there.</summary>
    public static SocketEndpoint Parse(string text)
    {
        EndpointScheme scheme = Scheme(text, out int start);
        return scheme >= EndpointScheme.Unix ? Unix(text, scheme, start) : Internet(text, scheme, start);
    }

    /// <summary>A host without a port, where the port stands elsewhere or does not matter: <c>localhost</c>, <c>::1</c>, <c>[::1]</c>, <c>udp://host</c>. The endpoint has port 0.</summary>
    public static SocketEndpoint ParseHost(string text)
    {
        EndpointScheme scheme = Scheme(text, out int start);
        if (scheme >= EndpointScheme.Unix)
        {
            return Unix(text, scheme, start);
        }

        ReadOnlySpan<char> host = text.AsSpan(start);
        bool six = host.Contains(':') && (host is not ['[', ..] || host is not [.., ']']) && IsIPv6(host);
        return new SocketEndpoint(scheme, six ? Six(text, scheme, host) : Host(text, scheme, host), 0, null, null);
    }

    // The scheme, and where what it applies to begins.
    private static EndpointScheme Scheme(string text, out int start)
    {
        ArgumentNullException.ThrowIfNull(text);
        start = 0;
        if (text.Length == 0)
        {
            throw Bad(text, "it is empty");
        }

        if (text[0] is '/' or '~' || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            return EndpointScheme.Unix;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        ReadOnlySpan<char> word = text.AsSpan(0, Math.Max(0, colon));
        if (UnixScheme(word) is { } unix)
        {
            start = colon + 1;
            return unix;
        }

        if (colon < 0 || !text.AsSpan(colon).StartsWith("://", StringComparison.Ordinal))
        {
            return EndpointScheme.Tcp;
        }

        start = colon + 3;
        return InternetScheme(word) ?? throw Bad(text, $"'{Short(word)}' is no scheme known here");
    }

    private static EndpointScheme? UnixScheme(ReadOnlySpan<char> word) =>
        Is(word, "unix") ? EndpointScheme.Unix : Is(word, "unixgram") ? EndpointScheme.UnixGram : Is(word, "unixpacket") ? EndpointScheme.UnixPacket : null;

    private static EndpointScheme? InternetScheme(ReadOnlySpan<char> word) =>
        Is(word, "tcp") ? EndpointScheme.Tcp
        : Is(word, "tcp4") ? EndpointScheme.Tcp4
        : Is(word, "tcp6") ? EndpointScheme.Tcp6
        : Is(word, "udp") ? EndpointScheme.Udp
        : Is(word, "udp4") ? EndpointScheme.Udp4
        : Is(word, "udp6") ? EndpointScheme.Udp6
        : Is(word, "tls") ? EndpointScheme.Tls
        : null;

    private static bool Is(ReadOnlySpan<char> word, string scheme) => word.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    private static SocketEndpoint Unix(string text, EndpointScheme scheme, int start)
    {
        string path = text[start..];
        if (path.Length == 0 || path == "@")
        {
            throw Bad(text, "the path is missing");
        }

        // sun_path ends at the first NUL (unix(7)), so such a name could never be reached again by its text.
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Bad(text, "the path holds a NUL character");
        }

        return new SocketEndpoint(scheme, "", 0, null, path);
    }

    private static SocketEndpoint Internet(string text, EndpointScheme scheme, int start)
    {
        ReadOnlySpan<char> authority = text.AsSpan(start);
        int split = authority.LastIndexOf(':');
        if (authority is ['[', ..])
        {
            int bracket = authority.IndexOf(']');
            if (bracket < 0)
            {
                throw Bad(text, "the bracket is not closed");
            }

            if (bracket + 1 >= authority.Length || authority[bracket + 1] != ':')
            {
                throw Bad(text, "the port is missing");
            }

            split = bracket + 1;
        }

        if (split < 0 || split == authority.Length - 1)
        {
            throw Bad(text, "the port is missing");
        }

        string host = Host(text, scheme, authority[..split]);
        int port = Port(text, scheme, authority[(split + 1)..], out string? service);
        return new SocketEndpoint(scheme, host, port, service, null);
    }

    private static string Host(string text, EndpointScheme scheme, ReadOnlySpan<char> host)
    {
        if (host is ['[', .. var inner, ']'])
        {
            return Six(text, scheme, inner);
        }

        if (host.Contains(':'))
        {
            throw Bad(text, "there are too many colons", "An IPv6 address is written in brackets: tcp://[::1]:80.");
        }

        if (HasForeign(host))
        {
            throw Bad(text, "the host holds a character that no host name has");
        }

        if (host.Contains('*') && host is not "*")
        {
            throw Bad(text, "* stands alone, for every interface");
        }

        if (host.Length > 253)
        {
            throw Bad(text, "the host name is longer than 253 characters (RFC 1035, section 2.3.4)");
        }

        return scheme is EndpointScheme.Tcp6 or EndpointScheme.Udp6 && IPAddress.TryParse(host, out _)
            ? throw Bad(text, "an IPv4 address does not go with an IPv6 scheme")
            : host.ToString();
    }

    private static string Six(string text, EndpointScheme scheme, ReadOnlySpan<char> inner)
    {
        if (!IsIPv6(inner))
        {
            throw Bad(text, "what stands in brackets is no IPv6 address");
        }

        return scheme is EndpointScheme.Tcp4 or EndpointScheme.Udp4 ? throw Bad(text, "an IPv6 address does not go with an IPv4 scheme") : inner.ToString();
    }

    private static bool IsIPv6(ReadOnlySpan<char> text)
    {
        // .NET takes any text for a zone behind the percent sign.
        return IsHexGroups(text)
            || (!HasForeign(text[(text.IndexOf('%') + 1)..]) && IPAddress.TryParse(text, out IPAddress? six) && six.AddressFamily == AddressFamily.InterNetworkV6);
    }

    // The common forms of RFC 4291, section 2.2, without the objects that .NET makes to tell. Others, as with a zone or an IPv4 address at the end, are for .NET.
    private static bool IsHexGroups(ReadOnlySpan<char> text)
    {
        int groups = 0;
        bool shortened = false;
        int at = 0;
        while (at < text.Length)
        {
            if (text[at..].StartsWith("::", StringComparison.Ordinal))
            {
                if (shortened)
                {
                    return false;
                }

                shortened = true;
                at += 2;
                continue;
            }

            if (groups > 0 && text[at - 1] != ':' && text[at++] != ':')
            {
                return false;
            }

            int start = at;
            while (at < text.Length && char.IsAsciiHexDigit(text[at]))
            {
                at++;
            }

            if (at == start || at - start > 4 || ++groups > 8)
            {
                return false;
            }
        }

        return shortened ? groups < 8 : groups == 8;
    }

    // What neither a host name nor the name of an interface has.
    private static bool HasForeign(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c)
                && (char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '\\' or '?' or '#' or '@' or '[' or ']' or '%' or '<' or '>' or '"' or '\uFFFD'))
            {
                return true;
            }
        }

        return false;
    }

    private static int Port(string text, EndpointScheme scheme, ReadOnlySpan<char> port, out string? service)
    {
        service = null;
        if (IsDigits(port))
        {
            return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= ushort.MaxValue
                ? number
                : throw Bad(text, $"port {Short(port)} is out of range", "A port is a number from 0 to 65535.");
        }

        if (port is ['-' or '+', _, ..] && IsDigits(port[1..]))
        {
            throw Bad(text, $"port {Short(port)} is out of range", "A port is a number from 0 to 65535.");
        }

        foreach (char c in port)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '+' or '.'))
            {
                throw Bad(text, "the port is neither a number nor a service name");
            }
        }

        string protocol = scheme is EndpointScheme.Udp or EndpointScheme.Udp4 or EndpointScheme.Udp6 ? "udp" : "tcp";
        ServiceEntry entry = ServiceTable.System.Find(port, protocol, out service)
            ?? throw new SocketEndpointFormatException(text, Errno.EAI_SERVICE, $"'{Short(port)}' is no {protocol} service known here", ErrnoTable.Get(Errno.EAI_SERVICE).Advice);
        return entry.Port;
    }

    private static bool IsDigits(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static string Short(ReadOnlySpan<char> text) => text.Length > 40 ? $"{text[..40]}..." : text.ToString();

    private static SocketEndpointFormatException Bad(string text, string detail, string? advice = null) =>
        new(text, Errno.EINVAL, detail, advice ?? Grammar);
}
