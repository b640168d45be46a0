using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using SocketTools;
using SocketTools.Formatting;
using Xunit;

namespace SocketTools.Tests.Formatting;

public sealed class RichOutputTests
{
    private const string Nasty = "<script>\"&'\u202E\u0007|*\u202B\u2069";

    [Fact]
    public void Several_objects_of_one_type_are_one_table()
    {
        using ChannelPair pair = new();
        Assert.True(SocketRichOutput.TryFormat(new[] { pair.Client, pair.Server }, out string? mimeType, out string? html));
        Assert.Equal("text/html", mimeType);
        Assert.Equal(3, html.Split("<tr>").Length - 1);
        Assert.Contains($">{pair.Client.Descriptor}</td>", html);
        Assert.Equal(html, Joined(Html(pair.Client), Html(pair.Server)));
    }

    [Fact]
    public void What_is_not_ours_has_no_form()
    {
        foreach (object? value in new object?[] { null, "text", 1, new[] { 1 }, Array.Empty<SocketChannel>(), new object?[] { SocketEndpoint.Parse("tcp://a:1"), null }, new object[] { SocketEndpoint.Parse("tcp://a:1"), "x" } })
        {
            Assert.False(SocketRichOutput.TryFormat(value, out _, out _));
            Assert.Null(SocketRichOutput.ToMarkdown(value));
        }
    }

    [Fact]
    public void Text_from_outside_is_escaped()
    {
        SocketPortProbe probe = new(SocketEndpoint.Parse("tcp://a:1"), IPAddress.Loopback, 1, Nasty, SocketPortStatus.Open, 1.5, Nasty, Errno.None);
        string html = Html(probe);
        Assert.DoesNotContain("<script>", html);
        Assert.Contains("&lt;script&gt;&quot;&amp;&#39;\uFFFD\u2407|*\uFFFD\uFFFD", html);
        string markdown = SocketRichOutput.ToMarkdown(probe)!;
        Assert.DoesNotContain("<script>", markdown);
        Assert.Contains("&#60;script&#62;\"&#38;'\uFFFD\u2407&#124;&#42;", markdown);
        Assert.Equal(3, markdown.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void A_chart_is_a_picture_and_measurements_are_one_table()
    {
        IpcMeasurement measured = new(IpcMechanism.Pipe, 64, 1.5, 2.5, 3.5, 2e6, 0, 0, 1, 1, 1, false, 2);
        Assert.Contains(">2.50</td>", Html(measured));
        SocketChart chart = new([new SocketChartItem(Nasty, "", 10)], Nasty, "us");
        Assert.True(SocketRichOutput.TryFormat(chart, out string? mimeType, out string? svg));
        Assert.Equal("image/svg+xml", mimeType);
        Assert.StartsWith("<svg", svg);
        Assert.DoesNotContain("<script>", svg);
    }

    [Fact]
    public void An_address_is_a_table_of_its_members()
    {
        string html = Html(SocketTools.Addresses.AddressWriter.Write(IPEndPoint.Parse("127.0.0.1:9734"), SocketPlatform.Linux, "t"));
        Assert.Contains("sin_port", html);
        Assert.Contains(">26 06</td>", html);
    }

    [Fact]
    public void Two_addresses_are_two_tables()
    {
        string one = Html(SocketTools.Addresses.AddressWriter.Write(IPEndPoint.Parse("127.0.0.1:1"), SocketPlatform.Linux, "t"));
        Assert.Equal($"{one}\n{one}\n{one}", Joined(one, one, one));
    }

    [Fact]
    public void What_a_form_costs_is_what_it_adds()
    {
        JoinedForms forms = new();
        foreach (string form in new[] { HtmlText.Table([("x", false)], [["a"]]), HtmlText.Table([("x", false)], [["b"]]), "<svg/>", HtmlText.Table([("x", false)], [["c"]]) })
        {
            int before = forms.Length;
            int cost = forms.Cost(form);
            forms.Add(form);
            Assert.InRange(forms.Length - before, cost, cost + 1); // A line feed between.
        }

        Assert.Equal(2, forms.ToString().Split("<table").Length - 1);
    }

    [Fact]
    public void A_field_that_is_a_list_shows_what_is_in_it()
    {
        PacketField field = new("options", 0, 4, "01 02", new[] { 1, 2 });
        Assert.Contains(">1 2</td>", Html(field));
    }

    [Fact]
    public void A_line_feed_within_a_cell_stays_one() => Assert.Equal("<td style=\"text-align:left\">a<br>b</td>", HtmlText.Table([("x", false)], [["a\nb"]])[^"<td style=\"text-align:left\">a<br>b</td></tr></tbody></table>".Length..^"</tr></tbody></table>".Length]);

    // The host of notebooks finds them by their names only.
    [Fact]
    public void Each_type_carries_the_attribute_by_which_hosts_find_its_formatters()
    {
        foreach (Type type in SocketRichOutput.Types)
        {
            object attribute = Assert.Single(type.GetCustomAttributes(true), static a => a.GetType().Name == "TypeFormatterSourceAttribute");
            Type source = Assert.IsAssignableFrom<Type>(attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute));
            object made = Activator.CreateInstance(source)!;
            object[] formatters = [.. ((IEnumerable)made.GetType().GetMethod("CreateTypeFormatters")!.Invoke(made, null)!).Cast<object>()];
            Assert.Equal(["text/html", "text/markdown"], formatters.Select(static f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)!));
            Assert.All(formatters, static f => Assert.Equal(typeof(bool), f.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!.ReturnType));
        }
    }

    [Fact]
    public void No_other_type_carries_it()
    {
        IEnumerable<Type> marked = typeof(SocketChannel).Assembly.GetTypes().Where(static t => t.GetCustomAttribute<TypeFormatterSourceAttribute>(inherit: false) is not null);
        Assert.Equal(SocketRichOutput.Types.OrderBy(static t => t.Name), marked.OrderBy(static t => t.Name));
    }

    [Fact]
    public void A_formatter_says_no_to_what_it_does_not_know()
    {
        using StringWriter writer = new();
        Assert.False(new RichFormatter("text/html").Format("x", writer));
        Assert.Equal("", writer.ToString());
    }

    private static string Joined(params string[] forms)
    {
        JoinedForms joined = new();
        Array.ForEach(forms, joined.Add);
        return joined.ToString();
    }

    private static string Html(object value) => SocketRichOutput.TryFormat(value, out _, out string? html) ? html : throw new InvalidOperationException();
}
