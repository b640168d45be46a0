using System.Management.Automation;
using System.Text;

namespace SocketTools.Commands;

/// <summary>What -Prefix, -LittleEndian, -Delimiter and -Encoding say together.</summary>
internal static class MessageFramingChoice
{
    /// <summary>The framing; -Delimiter alone says which.</summary>
    /// <exception cref="SocketCallException">EINVAL: they contradict each other, or the delimiter is empty.</exception>
    public static MessageFraming Of(SocketMessagePrefix? prefix, bool littleEndian, object? delimiter, Encoding encoding)
    {
        SocketMessagePrefix chosen = prefix ?? (delimiter is null ? SocketMessagePrefix.UInt32 : SocketMessagePrefix.Delimiter);
        string? contradiction = (chosen, littleEndian, delimiter) switch
        {
            (SocketMessagePrefix.Delimiter, _, null) => "-Prefix Delimiter needs -Delimiter",
            (not SocketMessagePrefix.Delimiter, _, not null) => $"-Delimiter does not go with -Prefix {chosen}",
            (not (SocketMessagePrefix.UInt16 or SocketMessagePrefix.UInt32), true, _) => $"-LittleEndian is for UInt16 and UInt32, and {chosen} has no byte order",
            _ => null,
        };
        return contradiction is not null ? throw new SocketCallException("framing", Errno.EINVAL, chosen, contradiction) { Advice = "Leave one of them out." }
            : delimiter is not null ? Delimited(delimiter is PSObject wrapped ? wrapped.BaseObject : delimiter, encoding)
            : chosen == SocketMessagePrefix.Line ? MessageFraming.Lines(encoding)
            : MessageFraming.Of(chosen, littleEndian);
    }

    private static MessageFraming Delimited(object delimiter, Encoding encoding) => delimiter switch
    {
        string { Length: > 0 } text => MessageFraming.Delimited(text, encoding),
        char one => MessageFraming.Delimited(one.ToString(), encoding),
        not string when LanguagePrimitives.TryConvertTo(delimiter, out byte[] bytes) && bytes is { Length: > 0 } => MessageFraming.Delimited(bytes),
        _ => throw new SocketCallException("framing", Errno.EINVAL, SocketMessagePrefix.Delimiter, "-Delimiter is text or bytes, and not empty")
        {
            Advice = "Give text, which is taken in -Encoding, or bytes such as 13, 10.",
        },
    };
}
