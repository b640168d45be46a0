using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>An option of the hop-by-hop and destination headers (RFC 8200 section 4.2).</summary>
/// <param name="Kind">Its number; its two upper bits say what a node does that does not know it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Length">Its bytes, kind and length included.</param>
/// <param name="Value">What it says: a number, else the bytes; null where it has none.</param>
public sealed record IPv6Option(byte Kind, string Name, int Length, object? Value)
{
    private const byte Pad1 = 0;

    /// <inheritdoc/>
    public override string ToString() => Value is null or byte[] ? Name : $"{Name} {Value}";

    internal static IReadOnlyList<IPv6Option> Read(IPv6ExtensionLayer layer)
    {
        ReadOnlySpan<byte> header = layer.Captured;
        header = header[..Math.Min(header.Length, layer.HeaderLength)];
        if (layer.Kind is not (IPProtocols.HopByHop or IPProtocols.Destination) || header.Length <= 2)
        {
            return [];
        }

        List<IPv6Option> options = [];
        for (ReadOnlySpan<byte> rest = header[2..]; LengthAt(rest) is not 0 and int length; rest = rest[length..])
        {
            options.Add(new IPv6Option(rest[0], NameOf(rest[0]), length, length == 1 ? null : ValueOf(rest[0], rest[2..length])));
        }

        return options;
    }

    /// <summary>The bytes of the first option; 0 where there is none, or its length lies.</summary>
    internal static int LengthAt(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty ? 0 : rest[0] == Pad1 ? 1 : rest.Length >= 2 && 2 + rest[1] <= rest.Length ? 2 + rest[1] : 0;

    private static string NameOf(byte kind) => kind switch
    {
        Pad1 or 1 => "Padding",
        5 => "Router alert",
        0xC2 => "Jumbo payload",
        0xC9 => "Home address",
        _ => $"Option {kind}",
    };

    private static object? ValueOf(byte kind, ReadOnlySpan<byte> data) => kind switch
    {
        5 when data.Length == 2 => (int)BinaryPrimitives.ReadUInt16BigEndian(data),
        0xC2 when data.Length == 4 => (long)BinaryPrimitives.ReadUInt32BigEndian(data),
        _ when data.IsEmpty => null,
        _ => data.ToArray(),
    };
}
