using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using SocketTools.Capture;

namespace SocketTools.Charts;

/// <summary>A chart for a console.</summary>
internal static class TextChart
{
    private const int MostLabel = 24;
    private const int Eighths = 8;
    private const string Parts = " ▏▎▍▌▋▊▉";

    public static string Draw(SocketChart chart)
    {
        int label = Columns(chart.Labels);
        int series = chart.HasSeries ? Columns(chart.Series) : 0;
        int value = chart.Items.Select(static i => LogScale.Format(i.Value).Length).DefaultIfEmpty(1).Max();
        int indent = label + (series > 0 ? series + 2 : 0) + 2;
        if (chart.Width - indent - value - 1 < 10)
        {
            label = Math.Min(label, 10); // A narrow one: names are cut before bars are.
            series = Math.Min(series, 8);
            indent = label + (series > 0 ? series + 2 : 0) + 2;
        }

        int bar = Math.Max(chart.Width - indent - value - 1, 4);
        StringBuilder text = new();
        text.Append(Cut(Plain(chart.Heading), chart.Width - 11)).Append(", log scale\n\n");
        foreach (string name in chart.Labels)
        {
            string shown = Fit(Plain(name), label);
            foreach (SocketChartItem item in chart.Of(name))
            {
                string line = shown + (series > 0 ? "  " + Fit(Plain(item.Series), series) : "") + "  " + (item.HasBar ? $"{Bar(chart.Scale.Place(item.Value) * bar)} " : "") + LogScale.Format(item.Value);
                text.Append(line.TrimEnd()).Append('\n');
                shown = new string(' ', label);
            }
        }

        return Axis(text, chart.Scale, indent, bar).ToString();
    }

    // A line with a mark at each number, and the numbers below where they do not touch.
    private static StringBuilder Axis(StringBuilder text, LogScale scale, int indent, int bar)
    {
        char[] line = new string('─', bar + 1).ToCharArray();
        char[] numbers = new string(' ', bar + 16).ToCharArray();
        line[0] = '└';
        int free = 0;
        foreach (double tick in scale.Ticks(Math.Max(2, bar / 7)))
        {
            int at = (int)Math.Round(scale.Place(tick) * bar);
            string number = LogScale.Format(tick);
            int begin = at == 0 ? 0 : Math.Max(0, at - (number.Length / 2));
            if (begin >= free)
            {
                line[at] = at == 0 ? '└' : '┴';
                number.CopyTo(0, numbers, begin, number.Length);
                free = begin + number.Length + 1;
            }
        }

        string margin = new(' ', indent);
        return text.Append(margin).Append(line).Append('\n').Append(margin).Append(new string(numbers).TrimEnd()).Append('\n');
    }

    // The least of bars can be seen.
    private static string Bar(double columns)
    {
        int eighths = Math.Max(1, (int)Math.Round(columns * Eighths));
        return new string('█', eighths / Eighths) + (eighths % Eighths == 0 ? "" : Parts[eighths % Eighths]);
    }

    private static int Columns(IEnumerable<string> names) => Math.Min(MostLabel, names.Select(static n => Width(Plain(n))).DefaultIfEmpty(0).Max());

    private static string Fit(string text, int columns)
    {
        string cut = Cut(text, columns);
        return cut + new string(' ', Math.Max(0, columns - Width(cut)));
    }

    private static string Cut(string text, int columns)
    {
        if (Width(text) <= columns)
        {
            return text;
        }

        StringInfo all = new(text);
        int length = Math.Min(all.LengthInTextElements, Math.Max(2, columns));
        string cut;
        do
        {
            cut = all.SubstringByTextElements(0, --length);
        }
        while (length > 1 && Width(cut) > columns - 1);
        return cut + "…";
    }

    // What is put upon a letter takes no column.
    private static int Width(string text)
    {
        int width = 0;
        for (TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
        {
            width += PayloadText.Width(Rune.GetRuneAt(text, elements.ElementIndex).ToString());
        }

        return width;
    }

    // In one line, and nothing that a terminal would obey.
    private static string Plain(string text) => string.Concat(text.EnumerateRunes().Select(static r => Rune.IsControl(r) || Rune.GetUnicodeCategory(r) == UnicodeCategory.Format ? " " : r.ToString()));
}
