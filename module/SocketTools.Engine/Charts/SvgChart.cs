using System;
using System.Globalization;
using System.Linq;
using System.Text;
using SocketTools.Formatting;

namespace SocketTools.Charts;

/// <summary>A chart as svg.</summary>
internal sealed class SvgChart
{
    private const int Width = 760;
    private const int Margin = 24;
    private const int NumberRoom = 64;
    private const double MostLabel = 214;
    private const double TitleScale = 16 / 12.0 * 1.08; // It is bold.
    private const int MostTicks = 9;

    private readonly SocketChart _chart;
    private readonly StringBuilder _svg = new();
    private readonly double _left;
    private readonly double _right = Width - Margin - NumberRoom;
    private readonly int _thick;

    private SvgChart(SocketChart chart)
    {
        _chart = chart;
        double longest = chart.Labels.Select(static l => SvgText.Width(SvgText.Cut(l, MostLabel))).DefaultIfEmpty(0).Max();
        _left = Margin + Math.Max(60, longest) + 10;
        _thick = chart.HasSeries ? 11 : 16;
    }

    public static string Draw(SocketChart chart) => new SvgChart(chart).All();

    private string All()
    {
        double y = 40;
        Text(Margin, y, "title", SvgText.Cut(_chart.Heading, (Width - (2 * Margin)) / TitleScale), whole: _chart.Heading);
        y += 20;
        Text(Margin, y, "soft", _chart.HasSeries || _chart.Items.Count > 1 ? "Log scale: the same length is the same factor." : "Log scale.");
        y = _chart.HasSeries ? Legend(y + 26) : y;
        double top = y + 18;
        double bottom = Bars(top + 4);
        string bars = _svg.ToString();
        _svg.Clear();
        Grid(top, bottom);
        return Document(_svg + bars, bottom + 40);
    }

    private double Bars(double y)
    {
        foreach (string label in _chart.Labels)
        {
            SocketChartItem[] items = [.. _chart.Of(label)];
            y += 5;
            Text(_left - 10, y + (items.Length * (_thick + 2) / 2.0) + 3, "label", SvgText.Cut(label, MostLabel), "end", label);
            foreach (SocketChartItem item in items)
            {
                double end = item.HasBar ? _left + Math.Max(1, _chart.Scale.Place(item.Value) * (_right - _left)) : _left;
                string name = string.Join(", ", new[] { label, item.Series, $"{LogScale.Format(item.Value)} {_chart.Unit}".Trim() }.Where(static n => n.Length > 0));
                if (item.HasBar)
                {
                    _svg.Append(CultureInfo.InvariantCulture, $"<path {Colour(item.Series)} d=\"{Rounded(_left, y, end - _left, _thick)}\"><title>{SvgText.Escape(name)}</title></path>\n");
                }

                Text(end + 6, y + (_thick / 2.0) + 4, "value", item.HasBar ? LogScale.Format(item.Value) : $"{LogScale.Format(item.Value)} (not on a log scale)");
                y += _thick + 2;
            }

            y += 5;
        }

        return y + 4;
    }

    private void Grid(double top, double bottom)
    {
        foreach (double tick in _chart.Scale.Ticks(MostTicks))
        {
            double x = _left + (_chart.Scale.Place(tick) * (_right - _left));
            _svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{SvgText.Number(Math.Round(x) + 0.5)} {SvgText.Number(top)}V{SvgText.Number(bottom)}\"/>\n");
            Text(x, bottom + 18, "tick", LogScale.Format(tick), "middle");
        }

        _svg.Append(CultureInfo.InvariantCulture, $"<path class=\"axis\" d=\"M{SvgText.Number(Math.Round(_left) - 0.5)} {SvgText.Number(top)}V{SvgText.Number(bottom)}\"/>\n");
    }

    private double Legend(double y)
    {
        double x = Margin;
        foreach (string series in _chart.Series)
        {
            string shown = SvgText.Cut(series, MostLabel);
            double wide = 18 + SvgText.Width(shown) + 16;
            if (x > Margin && x + wide > Width - Margin)
            {
                x = Margin;
                y += 20;
            }

            _svg.Append(CultureInfo.InvariantCulture, $"<rect {Colour(series)} x=\"{SvgText.Number(x)}\" y=\"{SvgText.Number(y - 10)}\" width=\"12\" height=\"12\" rx=\"2\"/>\n");
            Text(x + 18, y, "", shown, whole: series);
            x += wide;
        }

        return y;
    }

    private string Document(string content, double height)
    {
        string tall = SvgText.Number(height);
        StringBuilder all = new();
        all.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{SvgChartStyle.Root}\" role=\"img\" width=\"{Width}\" height=\"{tall}\" viewBox=\"0 0 {Width} {tall}\">\n");
        all.Append(CultureInfo.InvariantCulture, $"<title>{SvgText.Escape(_chart.Heading)}</title>\n<style>\n{SvgChartStyle.Sheet}\n</style>\n");
        all.Append(CultureInfo.InvariantCulture, $"<rect class=\"back\" x=\"0.5\" y=\"0.5\" width=\"{Width - 1}\" height=\"{SvgText.Number(height - 1)}\" rx=\"8\"/>\n");
        return all.Append(content).Append("</svg>\n").ToString();
    }

    // Round at the end, straight where it begins.
    private static string Rounded(double x, double y, double width, double height)
    {
        double r = Math.Min(3, width);
        return $"M{SvgText.Number(x)} {SvgText.Number(y)}h{SvgText.Number(width - r)}a{SvgText.Number(r)} {SvgText.Number(r)} 0 0 1 {SvgText.Number(r)} {SvgText.Number(r)}v{SvgText.Number(height - (2 * r))}a{SvgText.Number(r)} {SvgText.Number(r)} 0 0 1 {SvgText.Number(-r)} {SvgText.Number(r)}H{SvgText.Number(x)}z";
    }

    // When all colours are taken they begin again, paler.
    private string Colour(string series)
    {
        int number = Number(series);
        int round = number / SvgChartStyle.Colours;
        return $"class=\"s{number % SvgChartStyle.Colours}\"" + (round == 0 ? "" : $" fill-opacity=\"{SvgText.Number(Math.Max(0.25, 1 - (0.4 * round)))}\"");
    }

    private int Number(string series)
    {
        int index = 0;
        while (_chart.Series[index] != series)
        {
            index++;
        }

        return index;
    }

    private void Text(double x, double y, string style, string text, string? anchor = null, string? whole = null)
    {
        _svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{SvgText.Number(x)}\" y=\"{SvgText.Number(y)}\"");
        _svg.Append(style.Length > 0 ? $" class=\"{style}\"" : "").Append(anchor is null ? "" : $" text-anchor=\"{anchor}\"").Append('>');
        _svg.Append(whole is not null && whole != text ? $"<title>{SvgText.Escape(whole)}</title>" : "");
        _svg.Append(SvgText.Escape(text)).Append("</text>\n");
    }
}
