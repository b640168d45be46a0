using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>
/// The text a person types for an address, taken apart: <c>tcp://host:port</c>, <c>unix:path</c>, <c>unix:@name</c>.
/// Immutable; two are equal when they name the same thing in the same way.
/// </summary>
/// <remarks>
/// Nothing is looked up in the network until a socket is opened. A service name is looked up in the services table when
/// the text is parsed, and kept as written in <see cref="ToString"/>.
/// </remarks>
[Formatting.TypeFormatterSource]
public sealed class SocketEndpoint : IEquatable<SocketEndpoint>
{
    internal SocketEndpoint(EndpointScheme scheme, string host, int port, string? service, string? path, string? directory = null)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        Service = service;
        Path = path;
        Directory = directory;
    }

    /// <summary>The word before the colon.</summary>
    public EndpointScheme Scheme { get; }

    /// <summary>Host name or address without brackets; empty where none was written, <c>*</c> for every interface. Empty for Unix domain.</summary>
    public string Host { get; }

    /// <summary>Port, 0 to 65535; 0 asks for a free one when listening. 0 for Unix domain.</summary>
    public int Port { get; }

    /// <summary>The service name as written, or null where a number was.</summary>
    public string? Service { get; }

    /// <summary>Unix domain only: the path as written, or <c>@</c> and the abstract name. Otherwise null.</summary>
    public string? Path { get; }

    /// <summary>The directory that a relative <see cref="Path"/> was resolved against when a socket was opened; null before.</summary>
    public string? Directory { get; }

    /// <summary>True for the three Unix domain schemes.</summary>
    public bool IsUnix => Scheme >= EndpointScheme.Unix;

    /// <summary>True for a name in Linux's abstract namespace, which is no file (unix(7)).</summary>
    public bool IsAbstract => Path is ['@', ..];

    /// <summary>The socket type that opening this endpoint takes.</summary>
    public SocketType SocketType => Scheme switch
    {
        EndpointScheme.Udp or EndpointScheme.Udp4 or EndpointScheme.Udp6 or EndpointScheme.UnixGram => SocketType.Dgram,
        EndpointScheme.UnixPacket => SocketType.Seqpacket,
        _ => SocketType.Stream,
    };

    /// <summary>Takes a text apart.</summary>
    /// <exception cref="SocketEndpointFormatException">The text is no endpoint; nothing else is thrown for any text.</exception>
    public static SocketEndpoint Parse(string text) => EndpointParser.Parse(text);

    /// <summary>Takes a host without a port apart, with a scheme or without: <c>localhost</c>, <c>::1</c>, <c>udp://host</c>. The endpoint has port 0; a Unix path is an endpoint by itself.</summary>
    /// <exception cref="SocketEndpointFormatException">The text is no host; nothing else is thrown for any text.</exception>
    public static SocketEndpoint ParseHost(string text) => EndpointParser.ParseHost(text);

    /// <summary>Takes a text apart; false where it is no endpoint.</summary>
    public static bool TryParse(string? text, out SocketEndpoint? endpoint) => Try(EndpointParser.Parse, text, out endpoint);

    /// <summary>Takes a host without a port apart; false where it is none.</summary>
    public static bool TryParseHost(string? text, out SocketEndpoint? endpoint) => Try(EndpointParser.ParseHost, text, out endpoint);

    private static bool Try(Func<string, SocketEndpoint> parse, string? text, out SocketEndpoint? endpoint)
    {
        endpoint = null;
        if (text is null)
        {
            return false;
        }

        try
        {
            endpoint = parse(text);
            return true;
        }
        catch (SocketEndpointFormatException)
        {
            return false;
        }
    }

    /// <summary>The endpoint of an address of .NET.</summary>
    /// <param name="address">An <see cref="IPEndPoint"/>, <see cref="DnsEndPoint"/> or <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="socketType">Stream makes tcp or unix, Dgram udp or unixgram, Seqpacket unixpacket.</param>
    /// <returns>The endpoint, or null for an unnamed Unix socket, for names that text cannot say, and for families that the grammar has no word for.</returns>
    public static SocketEndpoint? From(EndPoint? address, SocketType socketType = SocketType.Stream)
    {
        EndpointScheme ip = socketType == SocketType.Dgram ? EndpointScheme.Udp : EndpointScheme.Tcp;
        switch (address)
        {
            case IPEndPoint { Address: var host } endPoint:
                return new SocketEndpoint(ip, (host.IsIPv4MappedToIPv6 ? host.MapToIPv4() : host).ToString(), endPoint.Port, null, null);
            case DnsEndPoint dns:
                return new SocketEndpoint(ip, dns.Host, dns.Port, null, null);
            // A peer may bind to a name with a NUL in it, or to an abstract name of no bytes: the kernel takes both, text can say neither.
            case UnixDomainSocketEndPoint when address.ToString() is { Length: > 0 } path && path != "@" && !path.Contains('\0', StringComparison.Ordinal):
                EndpointScheme unix = socketType switch
                {
                    SocketType.Dgram => EndpointScheme.UnixGram,
                    SocketType.Seqpacket => EndpointScheme.UnixPacket,
                    _ => EndpointScheme.Unix,
                };
                return new SocketEndpoint(unix, "", 0, null, path);
            default:
                return null;
        }
    }

    /// <summary>The same endpoint at another port, as when port 0 became a real one.</summary>
    internal SocketEndpoint WithPort(int port) => port == Port ? this : new(Scheme, Host, port, null, Path, Directory);

    /// <summary>The same endpoint, its relative path tied to a directory.</summary>
    internal SocketEndpoint In(string directory) => new(Scheme, Host, Port, Service, Path, directory);

    /// <summary>The text; it parses back to an equal endpoint.</summary>
    public override string ToString()
    {
        string scheme = SchemeName;
        if (IsUnix)
        {
            return $"{scheme}:{Path}";
        }

        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return $"{scheme}://{host}:{Service ?? Port.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The scheme as it is written.</summary>
    public string SchemeName => Scheme switch
    {
        EndpointScheme.Tcp => "tcp",
        EndpointScheme.Tcp4 => "tcp4",
        EndpointScheme.Tcp6 => "tcp6",
        EndpointScheme.Udp => "udp",
        EndpointScheme.Udp4 => "udp4",
        EndpointScheme.Udp6 => "udp6",
        EndpointScheme.Tls => "tls",
        EndpointScheme.Unix => "unix",
        EndpointScheme.UnixGram => "unixgram",
        _ => "unixpacket",
    };

    /// <inheritdoc/>
    public bool Equals(SocketEndpoint? other) =>
        other is not null
        && Scheme == other.Scheme
        && Port == other.Port
        && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Path, other.Path, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SocketEndpoint);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Scheme, Port, StringComparer.OrdinalIgnoreCase.GetHashCode(Host), Path);
}
