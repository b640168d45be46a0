using System;
using System.Globalization;
using SocketTools.Formatting;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>A time of TCP in milliseconds; nothing where the kernel tells none.</summary>
    public static string Milliseconds(TimeSpan? time) => time is { } span ? $"{Number(span)} ms" : "";

    /// <summary>The same without its unit, for a column that has it in its head.</summary>
    public static string Number(TimeSpan? time) => time is { } span ? span.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) : "";

    /// <summary>A number with its unit; nothing where the kernel tells none.</summary>
    public static string Counted(long? number, string unit) => number is { } count ? ValueText.Counted(count, unit) : "";

    /// <summary>Bytes a second in the unit that suits it; nothing where the kernel tells none.</summary>
    public static string OptionalRate(long? bytesPerSecond) => bytesPerSecond is { } rate ? Rate(rate) : "";
}
