using System;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>Makes an option of its number and its data.</summary>
internal delegate T OptionMaker<T>(byte kind, ReadOnlySpan<byte> data);

/// <summary>The options of IPv4 and of TCP: kind 0 ends, kind 1 fills, every other has a length that counts kind and length too.</summary>
internal static class OptionReader
{
    /// <summary>Reads to the end of the list, or to the first option whose length lies.</summary>
    public static IReadOnlyList<T> Read<T>(PacketLayer layer, int start, OptionMaker<T> make)
    {
        ReadOnlySpan<byte> header = layer.Captured;
        header = header[..Math.Min(header.Length, layer.HeaderLength)];
        if (header.Length <= start)
        {
            return [];
        }

        List<T> options = [];
        for (ReadOnlySpan<byte> rest = header[start..]; !rest.IsEmpty;)
        {
            int length = LengthAt(rest);
            if (length == 0)
            {
                break;
            }

            options.Add(make(rest[0], length == 1 ? default : rest[2..length]));
            if (rest[0] == 0)
            {
                break;
            }

            rest = rest[length..];
        }

        return options;
    }

    /// <summary>The bytes of an option with its data.</summary>
    public static int Length(byte kind, ReadOnlySpan<byte> data) => kind < 2 ? 1 : 2 + data.Length;

    /// <summary>The bytes of the first option; 0 where its length lies.</summary>
    public static int LengthAt(ReadOnlySpan<byte> rest) =>
        rest[0] < 2 ? 1 : rest.Length >= 2 && rest[1] >= 2 && rest[1] <= rest.Length ? rest[1] : 0;
}
