using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SocketTools.Charts;

namespace SocketTools;

/// <summary>Bars on a log scale, to see beside each other what differs by powers of ten. It is made of values alone; each form is drawn when it is asked for.</summary>
[Formatting.TypeFormatterSource]
public sealed class SocketChart
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    /// <summary>Makes a chart.</summary>
    /// <param name="items">The bars, in their order.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="unit">What the values are counted in; empty for nothing.</param>
    /// <param name="width">The columns of the text.</param>
    public SocketChart(IReadOnlyList<SocketChartItem> items, string title, string unit, int width = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, LeastWidth);
        Items = items;
        Title = title;
        Unit = unit;
        Width = width;
        Scale = LogScale.Of(items.Where(static i => i.HasBar).Select(static i => i.Value));
        Labels = [.. items.Select(static i => i.Label).Distinct(StringComparer.Ordinal)];
        string[] series = [.. items.Select(static i => i.Series).Distinct(StringComparer.Ordinal)];
        Series = series.All(static s => LeadingNumber(s) is not null) ? [.. series.OrderBy(LeadingNumber)] : series;
    }

    /// <summary>The least width of the text.</summary>
    public const int LeastWidth = 40;

    /// <summary>What is shown.</summary>
    public string Title { get; }

    /// <summary>What the values are counted in.</summary>
    public string Unit { get; }

    /// <summary>The bars, in their order.</summary>
    public IReadOnlyList<SocketChartItem> Items { get; }

    /// <summary>The columns of the text.</summary>
    public int Width { get; }

    /// <summary>For a console: block characters, no colour.</summary>
    public string Text => TextChart.Draw(this);

    /// <summary>A picture in itself: no font, script or file beside it; light or dark as the viewer is.</summary>
    public string Svg => SvgChart.Draw(this);

    /// <summary>JSON of Vega-Lite 5, for notebooks.</summary>
    public string VegaLite => VegaLiteChart.Draw(this);

    internal LogScale Scale { get; }

    internal string[] Labels { get; }

    internal string[] Series { get; }

    /// <summary>Whether there are several bars for a label, so that each needs a name.</summary>
    internal bool HasSeries => Series.Length > 1 || Series is [{ Length: > 0 }];

    /// <summary>The title with the unit.</summary>
    internal string Heading => Unit.Length == 0 ? Title : $"{Title} ({Unit})";

    /// <summary>The bars of one label, in their order.</summary>
    internal IEnumerable<SocketChartItem> Of(string label) => Items.Where(i => i.Label == label);

    /// <summary>The chart in one of its forms.</summary>
    public string ToString(SocketChartFormat format) => format switch
    {
        SocketChartFormat.Svg => Svg,
        SocketChartFormat.VegaLite => VegaLite,
        _ => Text,
    };

    /// <summary>The chart as text.</summary>
    public override string ToString() => Text;

    // 64 of "64 bytes", so that series that are sizes have the order of sizes.
    private static double? LeadingNumber(string text)
    {
        int length = text.AsSpan().IndexOfAnyExcept(s_digits);
        return double.TryParse(length < 0 ? text : text.AsSpan(0, length), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }
}
