using System;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Formatting;

/// <summary>How objects of one type are shown where there is more than a console.</summary>
internal abstract class RichFormat
{
    /// <summary>Objects of the type, one or several.</summary>
    public abstract string Html(IReadOnlyList<object> values);

    /// <summary>The same in markdown.</summary>
    public abstract string Markdown(IReadOnlyList<object> values);

    /// <summary>The MIME type of <see cref="Html"/>: a picture may be SVG.</summary>
    public virtual string MimeType => "text/html";
}

/// <summary>A table with the columns of the view that a console has.</summary>
internal sealed class RichTable<T> : RichFormat
{
    private readonly List<(string Label, bool Number)> _columns = [];
    private readonly List<Func<T, object?>> _values = [];

    /// <summary>The labels, for the test that holds them against the views.</summary>
    public IReadOnlyList<(string Label, bool Number)> Columns => _columns;

    public RichTable<T> Column(string label, Func<T, object?> value)
    {
        _columns.Add((label, false));
        _values.Add(value);
        return this;
    }

    public RichTable<T> Number(string label, Func<T, object?> value)
    {
        _columns.Add((label, true));
        _values.Add(value);
        return this;
    }

    public override string Html(IReadOnlyList<object> values) => HtmlText.Table(_columns, Rows(values));

    public override string Markdown(IReadOnlyList<object> values) => HtmlText.MarkdownTable(_columns, Rows(values));

    private IEnumerable<string[]> Rows(IReadOnlyList<object> values) => values.Cast<T>().Select(item => _values.Select(v => HtmlText.Shown(Try(v, item))).ToArray());

    // A socket that is closed meanwhile cannot say where it was.
    private static object? Try(Func<T, object?> value, T item)
    {
        try
        {
            return value(item);
        }
        catch (Exception e) when (e is SocketCallException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            return "-";
        }
    }
}

/// <summary>What is not a table of objects: each is shown by itself.</summary>
internal sealed class RichSingle<T>(Func<T, string> html, Func<T, string> markdown, string mimeType = "text/html") : RichFormat
{
    public override string MimeType => mimeType;

    public override string Html(IReadOnlyList<object> values) => string.Join('\n', values.Cast<T>().Select(html));

    public override string Markdown(IReadOnlyList<object> values) => string.Join('\n', values.Cast<T>().Select(markdown));
}
