using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Text;

namespace SocketTools.Formatting;

/// <summary>The one place that makes HTML of values. Whatever comes from outside, a peer's text among it, is escaped here.</summary>
internal static class HtmlText
{
    private const string TableStyle = "font-family:ui-monospace,Consolas,'DejaVu Sans Mono',monospace";
    private const string Left = "text-align:left";
    private const string Right = "text-align:right";

    // DEL, and the controls of direction, which would turn round what stands beside them.
    private static readonly SearchValues<char> s_turning = SearchValues.Create("\x7F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");

    /// <summary>Text as it is to be read. Control characters are shown as pictures (U+2400 and on), all but tab and line feed.</summary>
    public static string Escape(string? text) => WebUtility.HtmlEncode(Visible(text ?? ""));

    /// <summary>Text with its lines and blanks as they are.</summary>
    public static string Preformatted(string text) => $"<pre>{Escape(text)}</pre>";

    /// <summary>A value in the invariant culture, in words that are the same everywhere.</summary>
    public static string Shown(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A table. Notebook hosts add their own look; what must not be lost is on the elements, because a host may take a page's style sheets away.</summary>
    public static string Table(IReadOnlyList<(string Label, bool Number)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<table class=\"sockettools\" style=\"{TableStyle}\">");
        html.Append("<thead><tr>");
        foreach ((string label, bool number) in columns)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th style=\"{(number ? Right : Left)}\">").Append(Escape(label)).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Append("<tr>");
            for (int i = 0; i < columns.Count; i++)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td style=\"{(columns[i].Number ? Right : Left)}\">").Append(Escape(row[i]).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }

    /// <summary>The same as a table of markdown.</summary>
    public static string MarkdownTable(IReadOnlyList<(string Label, bool Number)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        StringBuilder text = new();
        Line(text, columns, static c => MarkdownCell(c.Label));
        Line(text, columns, static c => c.Number ? "---:" : "---");
        foreach (IReadOnlyList<string> row in rows)
        {
            Line(text, row, MarkdownCell);
        }

        return text.ToString();
    }

    private static void Line<T>(StringBuilder text, IEnumerable<T> cells, Func<T, string> shown)
    {
        text.Append('|');
        foreach (T cell in cells)
        {
            text.Append(' ').Append(shown(cell)).Append(" |");
        }

        text.Append('\n');
    }

    // As HTML, which markdown lets through, so that nothing in it is markdown; a line feed would end the row.
    private static string MarkdownCell(string text)
    {
        StringBuilder cell = new();
        foreach (char c in Visible(text).Replace("\n", " ", StringComparison.Ordinal))
        {
            _ = c is '|' or '*' or '_' or '`' or '[' or ']' or '<' or '>' or '&' or '\\' or '~' or '#' or '!' ? cell.Append(CultureInfo.InvariantCulture, $"&#{(int)c};") : cell.Append(c);
        }

        return cell.ToString();
    }

    private static string Visible(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1F') < 0 && text.AsSpan().IndexOfAny(s_turning) < 0 ? text
        : string.Create(text.Length, text, static (shown, from) =>
        {
            for (int i = 0; i < shown.Length; i++)
            {
                shown[i] = from[i] switch
                {
                    '\t' or '\n' => from[i],
                    < ' ' => (char)('\u2400' + from[i]),
                    '\x7F' => '\u2421',
                    (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => '\uFFFD',
                    _ => from[i],
                };
            }
        });
}
