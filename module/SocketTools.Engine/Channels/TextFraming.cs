using System;
using System.Buffers;
using System.Text;

namespace SocketTools;

/// <summary>Where a record ends and where a character is cut, in bytes that are there. No I/O: bytes in, a position or "need more" out.</summary>
internal static class TextFraming
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The position of a delimiter, or -1.</summary>
    /// <param name="data">Bytes from the start of a character on.</param>
    /// <param name="delimiter">The delimiter in the encoding, not empty.</param>
    /// <param name="unit">Bytes of a code unit: a line feed in UTF-16 stands at even positions only.</param>
    /// <param name="from">Bytes that were searched before; they are not searched again.</param>
    public static int Find(ReadOnlySpan<byte> data, ReadOnlySpan<byte> delimiter, int unit, int from)
    {
        // The start of a delimiter may have been the end of what was there the last time.
        int position = Math.Max(0, from - delimiter.Length + 1);
        position -= position % unit;
        while (position < data.Length)
        {
            int found = data[position..].IndexOf(delimiter);
            if (found < 0)
            {
                return -1;
            }

            position += found;
            if (position % unit == 0)
            {
                return position;
            }

            position++;
        }

        return -1;
    }

    /// <summary>Bytes of one code unit.</summary>
    public static int UnitOf(Encoding encoding) => encoding.CodePage switch
    {
        1200 or 1201 => 2,
        12000 or 12001 => 4,
        _ => 1,
    };

    /// <summary>How many bytes from the front are whole characters; the rest is the beginning of one. Bytes that never can be one count as whole.</summary>
    public static int WholeCharacters(ReadOnlySpan<byte> data, Encoding encoding)
    {
        if (encoding.CodePage == Encoding.UTF8.CodePage)
        {
            // The last character begins at the last byte that is no continuation; one is at most four bytes long.
            for (int start = data.Length - 1; start >= 0 && start >= data.Length - 4; start--)
            {
                if ((data[start] & 0xC0) != 0x80)
                {
                    return Rune.DecodeFromUtf8(data[start..], out _, out _) == OperationStatus.NeedMoreData ? start : data.Length;
                }
            }

            return data.Length;
        }

        if (encoding.IsSingleByte)
        {
            return data.Length;
        }

        // A decoder that is told of the end gives something for half a character, and nothing when there is none.
        Decoder decoder = encoding.GetDecoder();
        for (int cut = 0; cut < 4 && cut < data.Length; cut++)
        {
            ReadOnlySpan<byte> front = data[..^cut];
            decoder.Reset();
            int open = decoder.GetCharCount(front, flush: false);
            decoder.Reset();
            if (open == decoder.GetCharCount(front, flush: true))
            {
                return front.Length;
            }
        }

        return data.Length < 4 ? 0 : data.Length;
    }
}
