using System;
using System.Globalization;
using System.Linq;

namespace SocketTools.Internal;

public static partial class _Format
{
    /// <summary>Seconds with three decimals; nothing where nothing was run.</summary>
    public static string Seconds(TimeSpan time) => time == TimeSpan.Zero ? "" : time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>What is to be said of a cell in one line: its first error, why it was not run, or else the first line of what it wrote, or of itself.</summary>
    public static string Summary(SocketNotebookCell cell) => OneLine(
        cell.Errors.Count > 0 ? FirstLine(cell.Errors[0].Message)
        : cell.Reason
        ?? (FirstLine(cell.Output) is { Length: > 0 } written ? written : FirstLine(cell.Source)));

    private static string FirstLine(string text) => text.Split('\n').Select(static l => l.Trim()).FirstOrDefault(static l => l.Length > 0) ?? "";
}
