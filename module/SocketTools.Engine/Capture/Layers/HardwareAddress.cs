using System;

namespace SocketTools;

internal static class HardwareAddress
{
    /// <summary>As in 02:42:ac:11:00:02.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        const string Digits = "0123456789abcdef";
        if (bytes.IsEmpty)
        {
            return "";
        }

        Span<char> text = stackalloc char[3 * 32];
        bytes = bytes[..Math.Min(bytes.Length, 32)];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[3 * i] = Digits[bytes[i] >> 4];
            text[(3 * i) + 1] = Digits[bytes[i] & 15];
            text[(3 * i) + 2] = ':';
        }

        return new string(text[..((3 * bytes.Length) - 1)]);
    }
}
