using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>An option of IPv4 (RFC 791; the registry is IANA's "ip-parameters").</summary>
/// <param name="Kind">Its number.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Value">What it says: the router alert's number, addresses of a route as a list, else the bytes; null where there are none.</param>
public sealed record IPv4Option(byte Kind, string Name, int Length, object? Value)
{
    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte RouterAlert = 148;

    /// <inheritdoc/>
    public override string ToString() => Value is null or byte[] ? Name : $"{Name} {Value}";

    internal static IReadOnlyList<IPv4Option> Read(IPv4Layer layer) =>
        OptionReader.Read(layer, 20, static (kind, data) => new IPv4Option(kind, NameOf(kind), OptionReader.Length(kind, data), ValueOf(kind, data)));

    private static string NameOf(byte kind) => kind switch
    {
        End => "End of options",
        NoOperation => "No operation",
        7 => "Record route",
        68 => "Time stamp",
        130 => "Security",
        131 => "Loose source route",
        136 => "Stream identifier",
        137 => "Strict source route",
        RouterAlert => "Router alert",
        _ => $"Option {kind}",
    };

    private static object? ValueOf(byte kind, ReadOnlySpan<byte> data) => kind switch
    {
        RouterAlert when data.Length == 2 => (int)BinaryPrimitives.ReadUInt16BigEndian(data),
        _ when data.IsEmpty => null,
        _ => data.ToArray(),
    };
}
