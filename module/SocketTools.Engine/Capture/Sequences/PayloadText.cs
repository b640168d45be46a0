using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace SocketTools.Capture;

/// <summary>
/// What a peer sent, as text that can stand in a picture: what shows as itself and moves nothing around it; all else as escapes of C.
/// </summary>
internal static class PayloadText
{
    /// <summary>The beginning of the bytes in quotation marks, cut with an ellipsis so that it takes at most a number of columns.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes, int columns)
    {
        StringBuilder text = new("\"");
        int left = columns - 2;
        int fits = 1; // Up to here the ellipsis fits too.
        while (!bytes.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == OperationStatus.Done;
            string shown = whole && Shows(rune) ? rune.ToString() : Escape(bytes[..used], whole && used == 1);
            int width = Width(shown);
            if (width > left)
            {
                text.Length = fits;
                return text.Append("…\"").ToString();
            }

            text.Append(shown);
            left -= width;
            fits = left >= 1 ? text.Length : fits;
            bytes = bytes[used..];
        }

        return text.Append('"').ToString();
    }

    /// <summary>The columns that a text takes in a console.</summary>
    public static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += IsWide(rune.Value) ? 2 : 1;
        }

        return width;
    }

    private static string Escape(ReadOnlySpan<byte> bytes, bool ascii)
    {
        if (ascii)
        {
            switch ((char)bytes[0])
            {
                case '\n': return "\\n";
                case '\r': return "\\r";
                case '\t': return "\\t";
                case '\0': return "\\0";
                case '"': return "\\\"";
                case '\\': return "\\\\";
            }
        }

        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        return text.ToString();
    }

    private static bool Shows(Rune rune) => rune.Value is >= ' ' and <= '~'
        ? rune.Value is not ('"' or '\\')
        : Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.UppercaseLetter and <= UnicodeCategory.OtherLetter
            or >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber
            or >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherSymbol
        && !IsRightToLeft(rune.Value) && !Joins(rune.Value);

    // Written from the right, it would turn the line around.
    private static bool IsRightToLeft(int rune) => rune is >= 0x590 and <= 0x8FF or >= 0xFB1D and <= 0xFDFF or >= 0xFE70 and <= 0xFEFE or >= 0x10800 and <= 0x10FFF or >= 0x1E800 and <= 0x1EFFF;

    // Two of these make one flag, and skin colours join the face before them: their width is not their own. Fillers are letters that do not show.
    private static bool Joins(int rune) => rune is >= 0x1F1E6 and <= 0x1F1FF or >= 0x1F3FB and <= 0x1F3FF or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or >= 0x1160 and <= 0x11FF or 0x2800;

    // East Asian width W and F (Unicode Standard Annex 11), in whole blocks, and the pictures that consoles draw as wide.
    private static bool IsWide(int rune) => rune is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0x303E or >= 0x3041 and <= 0x33FF or >= 0x3400 and <= 0x4DBF
        or >= 0x4E00 and <= 0xA4CF or >= 0xA960 and <= 0xA97F or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF01 and <= 0xFF60
        or >= 0xFFE0 and <= 0xFFE6 or >= 0x16FE0 and <= 0x1B2FF or >= 0x1F300 and <= 0x1F64F or >= 0x1F680 and <= 0x1F6FF or >= 0x1F900 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD;
}
