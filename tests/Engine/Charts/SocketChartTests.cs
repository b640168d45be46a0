using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SocketTools;
using SocketTools.Charts;
using Xunit;

namespace SocketTools.Tests.Charts;

public sealed class SocketChartTests
{
    private const string Hostile = "</text><script>alert(1)</script>&\"'\u0001\u001b[31m\ud800]]>";
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void ABarIsAsLongAsTheLogarithmOfItsValue()
    {
        string[] lines = Lines(new SocketChart([new("a", "", 10), new("b", "", 100), new("c", "", 1000)], "T", "s").Text);
        Assert.Equal("T (s), log scale", lines[0]);
        double[] bars = [.. lines[2..5].Select(Columns)];
        Assert.InRange(bars[1] - bars[0], bars[2] - bars[1] - 1, bars[2] - bars[1] + 1);
        Assert.InRange(bars[0], 1, bars[1] - 10);
        Assert.EndsWith(" 1000", lines[4], StringComparison.Ordinal);
        Assert.Contains("┴", lines[5], StringComparison.Ordinal);
        Assert.Matches("10 .* 100 .* 1000", lines[6]);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void TextKeepsToItsWidth(int width)
    {
        SocketChart chart = new([new(new string('x', 100), "a long name of a series that goes on", 1e-9), new("short", "s", 1e15), new(Hostile, "s", 5)], new string('t', 300), "", width);
        string[] lines = Lines(chart.Text);
        Assert.All(lines, l => Assert.InRange(l.Length, 0, width));
        Assert.DoesNotContain(chart.Text, static c => c is '\u001b' or '\u0001');
        Assert.Contains("█", chart.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void BarsBeginInOneColumnWhateverTheWidthOfTheNames()
    {
        SocketChart chart = new([new("日本", "", 10), new("abcd", "", 10), new("e\u0301fgh", "", 10), new(new string('語', 50), "", 10)], "T", "");
        string[] lines = Lines(chart.Text)[2..6];
        int[] columns = [.. lines.Select(static l => SocketTools.Capture.PayloadText.Width(l[..l.IndexOf('█', StringComparison.Ordinal)].Normalize()))];
        Assert.Equal(Enumerable.Repeat(columns[0], 4), columns);
        Assert.All(lines, static l => Assert.InRange(SocketTools.Capture.PayloadText.Width(l.Normalize()), 0, 80));
    }

    [Fact]
    public void LongNamesAreCutInThePictureAndWholeWhereOnePoints()
    {
        string wide = new('W', 60);
        string title = string.Concat(Enumerable.Repeat("a title ", 30));
        SocketChart chart = new([new(wide, wide, 10), new("b", "s", 100)], title, "");
        XElement[] texts = [.. XDocument.Parse(chart.Svg).Root!.Elements(s_svg + "text")];
        XElement[] cut = [.. texts.Where(static t => t.Value.EndsWith('…'))];
        Assert.Equal([title, wide, wide], cut.Select(static t => t.Element(s_svg + "title")!.Value));
        Assert.All(cut, static t => Assert.InRange(t.Nodes().OfType<XText>().Single().Value.Length, 5, 90));
        double label = double.Parse(cut[2].Attribute("x")!.Value, CultureInfo.InvariantCulture);
        Assert.InRange(label - (cut[2].Nodes().OfType<XText>().Single().Value.Length * 11.9), 0, 60); // Its end stands at x, and W is 11.9 wide.
    }

    [Fact]
    public void MoreSeriesThanColoursAreToldApart()
    {
        SocketChart chart = new([.. Enumerable.Range(1, 14).Select(static i => new SocketChartItem("a", $"s{i}", i))], "T", "");
        string[] looks = [.. XDocument.Parse(chart.Svg).Root!.Elements(s_svg + "rect").Select(static r => $"{r.Attribute("class")!.Value} {r.Attribute("fill-opacity")?.Value}").Where(static l => l[0] == 's')];
        Assert.Equal(14, looks.Distinct().Count());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0)]
    [InlineData(-3)]
    public void WhatHasNoPlaceOnALogScaleHasANumberAndNoBar(double value)
    {
        SocketChart chart = new([new("a", "", value), new("b", "", 5)], "T", "");
        string line = Lines(chart.Text).Single(static l => l.StartsWith('a'));
        Assert.DoesNotContain("█", line, StringComparison.Ordinal);
        Assert.EndsWith(LogScale.Format(value), line, StringComparison.Ordinal);
        XElement svg = XDocument.Parse(chart.Svg).Root!;
        Assert.Single(svg.Descendants(s_svg + "path"), static p => p.Attribute("class")!.Value.StartsWith('s'));
        Assert.Contains(svg.Descendants(s_svg + "text"), static t => t.Value.Contains("not on a log scale", StringComparison.Ordinal));
        Assert.Equal(1, JsonDocument.Parse(chart.VegaLite).RootElement.GetProperty("data").GetProperty("values").GetArrayLength());
        _ = new SocketChart([new("a", "", value)], "T", "").Text; // Also alone.
    }

    [Fact]
    public void SvgIsXmlThatEscapesWhateverComes()
    {
        SocketChart chart = new([new(Hostile, Hostile, 1), new("b", Hostile, 2)], Hostile, Hostile);
        XElement svg = XDocument.Parse(chart.Svg).Root!;
        Assert.DoesNotContain(svg.Descendants(), static e => e.Name.LocalName is not ("title" or "style" or "rect" or "path" or "text"));
        Assert.DoesNotContain("<script", chart.Svg, StringComparison.OrdinalIgnoreCase);
        string shown = Hostile.Replace('\u0001', '\uFFFD').Replace('\u001b', '\uFFFD').Replace('\ud800', '\uFFFD');
        Assert.Equal($"{shown} ({shown})", svg.Element(s_svg + "title")!.Value);
    }

    [Fact]
    public void SvgNeedsNothingBesideIt()
    {
        string svg = new SocketChart([new("a", "x", 1), new("a", "y", 2)], "T", "s").Svg;
        Assert.Single(Regex.Matches(svg, "https?://")); // The name of the namespace.
        Assert.DoesNotContain("@import", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", svg, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void EachSeriesHasAColourAndItsNameOnce()
    {
        SocketChart chart = new([new("a", "64 bytes", 1), new("a", "8 bytes", 2), new("b", "64 bytes", 3)], "T", "s");
        XElement svg = XDocument.Parse(chart.Svg).Root!;
        Assert.Equal(["8 bytes", "64 bytes"], chart.Series); // By the numbers that they begin with.
        Assert.Equal(["s0", "s1"], svg.Elements(s_svg + "rect").Select(static r => r.Attribute("class")!.Value).Where(static c => c != "back"));
        Assert.Equal(["s1", "s0", "s1"], svg.Elements(s_svg + "path").Select(static p => p.Attribute("class")!.Value).Where(static c => c.StartsWith('s')));
    }

    [Fact]
    public void VegaLiteHasTheDataAndBarsThatBeginWhereTheScaleDoes()
    {
        SocketChart chart = new([new(Hostile, "1", 0.5), new("b", "2", 3000)], "T", "s");
        JsonElement root = JsonDocument.Parse(chart.VegaLite).RootElement;
        Assert.Equal("https://vega.github.io/schema/vega-lite/v5.json", root.GetProperty("$schema").GetString());
        JsonElement first = root.GetProperty("data").GetProperty("values")[0];
        Assert.Equal(0.5, first.GetProperty("value").GetDouble());
        Assert.Equal("1", first.GetProperty("series").GetString());
        JsonElement encoding = root.GetProperty("encoding");
        Assert.Equal("log", encoding.GetProperty("x").GetProperty("scale").GetProperty("type").GetString());
        double from = encoding.GetProperty("x").GetProperty("scale").GetProperty("domain")[0].GetDouble();
        Assert.InRange(from, 0.01, 0.4999);
        Assert.Equal(from, encoding.GetProperty("x2").GetProperty("datum").GetDouble());
        Assert.DoesNotContain("<", chart.VegaLite, StringComparison.Ordinal); // It may stand in a script element.
        Assert.False(JsonDocument.Parse(new SocketChart([new("a", "", 1)], "T", "").VegaLite).RootElement.GetProperty("encoding").TryGetProperty("color", out _));
    }

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(0.1234, "0.123")]
    [InlineData(5.318, "5.32")]
    [InlineData(36.44, "36.4")]
    [InlineData(999, "999")]
    [InlineData(3999, "3999")]
    [InlineData(12345, "12.3k")]
    [InlineData(999600, "1M")]
    [InlineData(2.857e9, "2.86G")]
    [InlineData(1e12, "1T")]
    [InlineData(1e15, "1E15")]
    [InlineData(0.0000123, "1.23E-5")]
    [InlineData(-3.5, "-3.5")]
    [InlineData(0, "0")]
    public void NumbersHaveThreeDigits(double value, string shown) => Assert.Equal(shown, LogScale.Format(value));

    [Fact]
    public void AnyValuesHaveAScaleThatHoldsThem()
    {
        Random random = new(3);
        List<double> extremes = [double.Epsilon, double.MaxValue, 1, 1e-300, 1e300];
        for (int i = 0; i < 2000; i++)
        {
            double[] values = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => i < 10 ? extremes[random.Next(extremes.Count)] : Math.Pow(10, (random.NextDouble() * 40) - 20))];
            LogScale scale = LogScale.Of(values);
            Assert.InRange(scale.From, 0, values.Min());
            Assert.InRange(scale.To, values.Max(), double.MaxValue);
            Assert.All(values, v => Assert.InRange(scale.Place(v), 0, 1));
            Assert.InRange(scale.Ticks(9).Count, 0, 9);
            Assert.NotEmpty(new SocketChart([.. values.Select(static (v, n) => new SocketChartItem(n.ToString(CultureInfo.InvariantCulture), "", v))], "T", "").Svg);
        }
    }

    [Fact]
    public void AnEmptyChartIsDrawnToo()
    {
        SocketChart chart = new([], "T", "");
        Assert.NotEmpty(chart.Text);
        Assert.NotNull(XDocument.Parse(chart.Svg).Root);
        Assert.Equal(chart.Text, chart.ToString());
        Assert.Equal([chart.Text, chart.Svg, chart.VegaLite], Enum.GetValues<SocketChartFormat>().Select(chart.ToString));
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');

    private static double Columns(string line) => line.Count(static c => c == '█') + (line.Any(static c => c is > '█' and <= '▏') ? 0.5 : 0);
}
