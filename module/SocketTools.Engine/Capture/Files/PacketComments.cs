using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SocketTools;

/// <summary>What a pcapng file says in words: about one packet, and about itself and its interfaces.</summary>
internal sealed record PacketComments(IReadOnlyList<string> Packet, IReadOnlyList<string> File)
{
    /// <summary>opt_comment; there may be several.</summary>
    public const int Option = 1;

    /// <summary>The comments among options.</summary>
    public static IReadOnlyList<string> Read(PcapNgOrder order, ReadOnlySpan<byte> options)
    {
        if (order.Option(options, Option).IsEmpty)
        {
            return [];
        }

        return order.Options(options.ToArray()).Where(static o => o.Code == Option).Select(static o => Shown(o.Value.Span)).ToArray();
    }

    /// <summary>The bytes of a comment, as many whole characters as an option takes.</summary>
    public static byte[] Encode(string comment)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(comment);
        int length = Math.Min(bytes.Length, ushort.MaxValue);
        while (length < bytes.Length && (bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return bytes[..length];
    }

    // Lines stay; nothing else of it may steer the terminal that shows it.
    private static string Shown(ReadOnlySpan<byte> comment) =>
        string.Join('\n', Encoding.UTF8.GetString(comment.TrimEnd((byte)0)).ReplaceLineEndings("\n").Split('\n').Select(SocketEndpointFormatException.WithoutControls));
}
