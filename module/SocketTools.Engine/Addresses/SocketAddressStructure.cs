using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools;

/// <summary>A socket address as the kernel takes it: its bytes, and each member of the C structure in them. Immutable.</summary>
[Formatting.TypeFormatterSource]
public sealed class SocketAddressStructure
{
    private readonly byte[] _bytes;
    private readonly EndPoint? _address;

    internal SocketAddressStructure(string name, string family, SocketPlatform platform, byte[] bytes, IReadOnlyList<SocketAddressField> fields, EndPoint? address)
    {
        (Name, Family, Platform, _bytes, Fields, _address) = (name, family, platform, bytes, fields, address);
    }

    /// <summary>The structure: sockaddr_in, sockaddr_in6, sockaddr_un ….</summary>
    public string Name { get; }

    /// <summary>The family: AF_INET, AF_INET6, AF_UNIX ….</summary>
    public string Family { get; }

    /// <summary>Whose layout it is.</summary>
    public SocketPlatform Platform { get; }

    /// <summary>The bytes, as many as bind(2) and connect(2) are told (addrlen). A copy.</summary>
    public byte[] Bytes => [.. _bytes];

    /// <summary>How many bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The members, in the order of the structure.</summary>
    public IReadOnlyList<SocketAddressField> Fields { get; }

    /// <summary>The endpoint; null for the families that only decode, and for names that text cannot say.</summary>
    public SocketEndpoint? Endpoint => SocketEndpoint.From(_address) is var endpoint && endpoint is { Path: { } path } && (path.Contains('\uFFFD', StringComparison.Ordinal) || _bytes[2] == '@')
        ? null // No UTF-8, or a file whose name begins as those of abstract names do in text.
        : endpoint;

    /// <summary>The IP address; null for other families.</summary>
    public IPAddress? Address => (_address as IPEndPoint)?.Address;

    /// <summary>The port in host order; null for families without one.</summary>
    public int? Port => (_address as IPEndPoint)?.Port;

    /// <summary>The same bytes through <c>(struct sockaddr *)</c>, the type that bind(2), connect(2) and accept(2) are declared with: the family, and the rest as data.</summary>
    public IReadOnlyList<SocketAddressField> Generic => Addresses.AddressReader.Generic(_bytes, Platform, Family);

    /// <summary>The address of .NET; null for the families that only decode.</summary>
    public EndPoint? ToEndPoint() => _address;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Convert.ToHexString(_bytes)}";
}
