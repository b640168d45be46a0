using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>An option of neighbour discovery (RFC 4861 section 4.6).</summary>
/// <param name="Type">Its number.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Length">Its bytes, type and length included.</param>
/// <param name="Value">What it says: a hardware address with colons, the MTU, else the bytes.</param>
public sealed record IcmpOption(byte Type, string Name, int Length, object Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value is byte[] ? Name : $"{Name} {Value}";

    internal static IReadOnlyList<IcmpOption> Read(IcmpLayer layer)
    {
        if (!layer.IsV6 || layer.Type is < 133 or > 137)
        {
            return [];
        }

        List<IcmpOption> options = [];
        for (ReadOnlySpan<byte> rest = layer.Carried; LengthAt(rest) is not 0 and int length; rest = rest[length..])
        {
            options.Add(new IcmpOption(rest[0], NameOf(rest[0]), length, ValueOf(rest[0], rest[2..length])));
        }

        return options;
    }

    /// <summary>The bytes of the first option; 0 where there is none, or its length lies.</summary>
    internal static int LengthAt(ReadOnlySpan<byte> rest) => rest.Length >= 8 && rest[1] != 0 && 8 * rest[1] <= rest.Length ? 8 * rest[1] : 0;

    private static string NameOf(byte type) => type switch
    {
        1 => "Source link-layer address",
        2 => "Target link-layer address",
        3 => "Prefix information",
        4 => "Redirected header",
        5 => "MTU",
        14 => "Nonce",
        25 => "DNS servers",
        _ => $"Option {type}",
    };

    private static object ValueOf(byte type, ReadOnlySpan<byte> data) => type switch
    {
        1 or 2 => HardwareAddress.Text(data[..6]),
        5 => (long)BinaryPrimitives.ReadUInt32BigEndian(data[2..]),
        _ => data.ToArray(),
    };
}
