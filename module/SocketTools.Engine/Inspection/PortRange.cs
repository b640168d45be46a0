using System;
using System.Collections.Generic;
using System.Globalization;

namespace SocketTools;

/// <summary>Ports as a person writes them: <c>80</c>, <c>http</c>, <c>8000-8010</c>, <c>22,80</c>.</summary>
public static class PortRange
{
    /// <summary>The ports of a text, in the order written.</summary>
    /// <param name="text">Numbers, service names and ranges, with commas between them.</param>
    /// <param name="protocol">tcp or udp, for the names.</param>
    /// <exception cref="SocketCallException">EINVAL: no port from 1 to 65535, or a range that is empty or runs backwards. EAI_SERVICE: no such service. Nothing else is thrown for any text.</exception>
    public static IReadOnlyList<(int First, int Last)> Parse(string text, string protocol)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<(int First, int Last)> ranges = [];
        foreach (string part in text.Split(','))
        {
            ranges.Add(ParseOne(text, part.Trim(), protocol));
        }

        return ranges;
    }

    private static (int First, int Last) ParseOne(string text, string part, string protocol)
    {
        // Service names hold hyphens too.
        if (ServiceTable.System.Find(part, protocol) is { } port)
        {
            return (port, port);
        }

        int hyphen = part.IndexOf('-', StringComparison.Ordinal);
        if (hyphen < 0 || HoldsOtherThanDigits(part))
        {
            int single = Number(text, part, protocol);
            return (single, single);
        }

        (int first, int last) = (Number(text, part[..hyphen], protocol), Number(text, part[(hyphen + 1)..], protocol));
        return first <= last ? (first, last) : throw Bad(text, $"The range {Short(part)} runs backwards", $"Write {last}-{first}.");
    }

    private static int Number(string text, string part, string protocol)
    {
        if (part.Length == 0)
        {
            throw Bad(text, "A port is missing");
        }

        if (part.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            throw part.AsSpan().IndexOfAnyInRange('0', '9') == 0 || part[0] is '-' or '+'
                ? Bad(text, $"'{Short(part)}' is no port")
                : new SocketCallException("getservbyname", Errno.EAI_SERVICE, SocketEndpointFormatException.Quote(text), SocketEndpointFormatException.WithoutControls($"'{Short(part)}' is no {protocol} service known here"));
        }

        return int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= ushort.MaxValue
            ? number
            : throw Bad(text, $"Port {Short(part)} is out of range");
    }

    // A range is two numbers, of which a person may have left one out.
    private static bool HoldsOtherThanDigits(string part) => part.Replace("-", "", StringComparison.Ordinal).AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0;

    private static string Short(string text) => text.Length > 40 ? text[..40] + "..." : text;

    private static SocketCallException Bad(string text, string detail, string? advice = null) =>
        new("connect", Errno.EINVAL, SocketEndpointFormatException.Quote(text), SocketEndpointFormatException.WithoutControls(detail)) { Advice = advice ?? "Give ports from 1 to 65535, service names, and ranges such as 8000-8010." };
}
