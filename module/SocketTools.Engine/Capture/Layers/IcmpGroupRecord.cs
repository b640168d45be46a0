using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;

namespace SocketTools;

/// <summary>What a listener says of a group (RFC 3810, section 5.2).</summary>
/// <param name="Type">1 and 2 say what it takes, 3 and 4 that this changed, 5 and 6 which sources it takes now, or no more. 4 without sources joins the group, 3 without sources leaves it.</param>
/// <param name="Address">The group.</param>
/// <param name="Sources">The senders that the type is about; as a rule none.</param>
/// <param name="Length">Its bytes.</param>
public sealed record IcmpGroupRecord(byte Type, IPAddress Address, IReadOnlyList<IPAddress> Sources, int Length)
{
    private const int Fixed = 20;
    private const int AddressSize = 16;

    /// <summary>The type in words.</summary>
    public string TypeName => (Type, Sources.Count) switch
    {
        (3, 0) => "leaves",
        (4, 0) => "joins",
        (2, 0) => "listens",
        (1, _) => "listens to",
        (2, _) => "listens to all but",
        (3, _) => "listens from now on to",
        (4, _) => "listens from now on to all but",
        (5, _) => "listens also to",
        (6, _) => "listens no more to",
        _ => $"type {Type}",
    };

    /// <inheritdoc/>
    public override string ToString() => Sources.Count == 0 ? $"{TypeName} {Address}" : $"{Address} {TypeName} {string.Join(", ", Sources)}";

    /// <summary>As many as the report says and has.</summary>
    internal static IReadOnlyList<IcmpGroupRecord> Read(IcmpLayer layer)
    {
        List<IcmpGroupRecord> records = [];
        ReadOnlySpan<byte> rest = layer.Carried;
        for (int left = layer.UInt16(6); left > 0 && LengthAt(rest) is not 0 and int length; left--)
        {
            IPAddress[] sources = new IPAddress[BinaryPrimitives.ReadUInt16BigEndian(rest[2..])];
            for (int i = 0; i < sources.Length; i++)
            {
                sources[i] = new IPAddress(rest.Slice(Fixed + (i * AddressSize), AddressSize));
            }

            records.Add(new IcmpGroupRecord(rest[0], new IPAddress(rest.Slice(4, AddressSize)), sources, length));
            rest = rest[length..];
        }

        return records;
    }

    /// <summary>The bytes of the first record; 0 where there is not so much.</summary>
    internal static int LengthAt(ReadOnlySpan<byte> rest)
    {
        int length = rest.Length < Fixed ? int.MaxValue : Fixed + (AddressSize * BinaryPrimitives.ReadUInt16BigEndian(rest[2..])) + (4 * rest[1]);
        return length <= rest.Length ? length : 0;
    }
}
