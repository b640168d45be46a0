using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>The endpoint grammar. Text in, endpoint or <see cref="SocketEndpointFormatException"/> out; no I/O but the services table.</summary>
internal static class EndpointParser
{
    private const string Grammar =
        "Write tcp://host:port (also tcp4, tcp6, udp, udp4, udp6, tls), unix:path, unix:@name, unixgram:path or unixpacket:path; host:port alone is tcp.";

    public static SocketEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            throw Bad(text, "it is empty");
        }

        if (text[0] is '/' or '~' || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            return Unix(text, EndpointScheme.Unix, text);
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string word = colon < 0 ? "" : text[..colon];
        if (UnixScheme(word) is { } unix)
        {
            return Unix(text, unix, text[(colon + 1)..]);
        }

        bool hasScheme = colon >= 0 && text.AsSpan(colon).StartsWith("://", StringComparison.Ordinal);
        if (!hasScheme)
        {
            return Internet(text, EndpointScheme.Tcp, text);
        }

        EndpointScheme scheme = InternetScheme(word) ?? throw Bad(text, $"'{Short(word)}' is no scheme known here");
        return Internet(text, scheme, text[(colon + 3)..]);
    }

    private static EndpointScheme? UnixScheme(string word) => word.ToLowerInvariant() switch
    {
        "unix" => EndpointScheme.Unix,
        "unixgram" => EndpointScheme.UnixGram,
        "unixpacket" => EndpointScheme.UnixPacket,
        _ => null,
    };

    private static EndpointScheme? InternetScheme(string word) => word.ToLowerInvariant() switch
    {
        "tcp" => EndpointScheme.Tcp,
        "tcp4" => EndpointScheme.Tcp4,
        "tcp6" => EndpointScheme.Tcp6,
        "udp" => EndpointScheme.Udp,
        "udp4" => EndpointScheme.Udp4,
        "udp6" => EndpointScheme.Udp6,
        "tls" => EndpointScheme.Tls,
        _ => null,
    };

    private static SocketEndpoint Unix(string text, EndpointScheme scheme, string path)
    {
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

    private static SocketEndpoint Internet(string text, EndpointScheme scheme, string authority)
    {
        int split = authority.LastIndexOf(':');
        if (authority is ['[', ..])
        {
            int bracket = authority.IndexOf(']', StringComparison.Ordinal);
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
        string portText = authority[(split + 1)..];
        int port = Port(text, scheme, portText, out string? service);
        return new SocketEndpoint(scheme, host, port, service, null);
    }

    private static string Host(string text, EndpointScheme scheme, string host)
    {
        bool only4 = scheme is EndpointScheme.Tcp4 or EndpointScheme.Udp4;
        bool only6 = scheme is EndpointScheme.Tcp6 or EndpointScheme.Udp6;
        if (host is ['[', .. string inner, ']'])
        {
            // .NET takes any text for a zone behind the percent sign.
            string zone = inner[(inner.IndexOf('%', StringComparison.Ordinal) + 1)..];
            if (!IPAddress.TryParse(inner, out IPAddress? six) || six.AddressFamily != AddressFamily.InterNetworkV6 || HasForeign(zone))
            {
                throw Bad(text, "what stands in brackets is no IPv6 address");
            }

            return only4 ? throw Bad(text, "an IPv6 address does not go with an IPv4 scheme") : inner;
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            throw Bad(text, "there are too many colons", "An IPv6 address is written in brackets: tcp://[::1]:80.");
        }

        if (HasForeign(host))
        {
            throw Bad(text, "the host holds a character that no host name has");
        }

        if (host.Contains('*', StringComparison.Ordinal) && host != "*")
        {
            throw Bad(text, "* stands alone, for every interface");
        }

        if (host.Length > 253)
        {
            throw Bad(text, "the host name is longer than 253 characters (RFC 1035, section 2.3.4)");
        }

        return only6 && IPAddress.TryParse(host, out _) ? throw Bad(text, "an IPv4 address does not go with an IPv6 scheme") : host;
    }

    // What neither a host name nor the name of an interface has.
    private static bool HasForeign(string name)
    {
        foreach (char c in name)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '\\' or '?' or '#' or '@' or '[' or ']' or '%' or '<' or '>' or '"' or '\uFFFD')
            {
                return true;
            }
        }

        return false;
    }

    private static int Port(string text, EndpointScheme scheme, string port, out string? service)
    {
        service = null;
        if (port.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= ushort.MaxValue
                ? number
                : throw Bad(text, $"port {Short(port)} is out of range", "A port is a number from 0 to 65535.");
        }

        if (port is ['-' or '+', _, ..] && port.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0)
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

        bool udp = scheme is EndpointScheme.Udp or EndpointScheme.Udp4 or EndpointScheme.Udp6;
        string protocol = udp ? "udp" : "tcp";
        service = port;
        return ServiceTable.System.Find(port, protocol)
            ?? throw new SocketEndpointFormatException(text, Errno.EAI_SERVICE, $"'{Short(port)}' is no {protocol} service known here", ErrnoTable.Get(Errno.EAI_SERVICE).Advice);
    }

    private static string Short(string text) => text.Length > 40 ? text[..40] + "..." : text;

    private static SocketEndpointFormatException Bad(string text, string detail, string? advice = null) =>
        new(text, Errno.EINVAL, detail, advice ?? Grammar);
}
