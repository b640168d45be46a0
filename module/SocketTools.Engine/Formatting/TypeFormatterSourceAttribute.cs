using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SocketTools.Formatting;

/// <summary>
/// .NET Interactive looks for an attribute of this name on a type, whoever defines it, and asks its source for formatters by the names of their members.
/// So the type shows itself there, and nothing of that host is referred to.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute : Attribute
{
    /// <summary>The class whose CreateTypeFormatters is called.</summary>
    public Type FormatterSourceType { get; } = typeof(RichFormatterSource);

    /// <summary>What is shown where a host does not say what it wants.</summary>
    public string[] PreferredMimeTypes { get; set; } = ["text/html"];
}

/// <summary>Made and called by name by the host.</summary>
internal sealed class RichFormatterSource
{
    private readonly string[] _mimeTypes = ["text/html", "text/markdown"];

    /// <summary>A formatter for each MIME type.</summary>
    public IEnumerable<object> CreateTypeFormatters() => _mimeTypes.Select(static m => new RichFormatter(m));
}

/// <summary>Called by name by the host.</summary>
/// <param name="mimeType">What it makes.</param>
internal sealed class RichFormatter(string mimeType)
{
    public string MimeType { get; } = mimeType;

    /// <summary>Writes a value; false where it has no such form, and the host does as it would without.</summary>
    public bool Format(object value, TextWriter writer)
    {
        string? content = MimeType == "text/markdown" ? SocketRichOutput.ToMarkdown(value) : SocketRichOutput.TryFormat(value, out _, out string? html) ? html : null;
        writer.Write(content);
        return content is not null;
    }
}
