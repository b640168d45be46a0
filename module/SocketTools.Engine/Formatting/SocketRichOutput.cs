using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace SocketTools;

/// <summary>
/// Objects as HTML or as a picture, for notebooks and web pages: sockets, listeners, datagrams, addresses and what the system has of them. Everything
/// that comes from outside is escaped.
/// </summary>
public static class SocketRichOutput
{
    /// <summary>The types that have a form of their own; those made from them have it too, and so have arrays of them.</summary>
    public static IReadOnlyCollection<Type> Types => Formatting.RichFormats.All.Keys.ToArray();

    /// <summary>Whether objects of a type have a form of their own.</summary>
    public static bool Has(Type type) => Formatting.RichFormats.Find(type) is not null;

    /// <summary>What types that are shown in the same way have in common.</summary>
    internal static Formatting.RichFormat? Form(Type type) => Formatting.RichFormats.Find(type);

    /// <summary>An object, or several of one type, in its best form.</summary>
    /// <param name="value">An object, or a list of objects that all have the same form.</param>
    /// <param name="mimeType">text/html, or image/svg+xml for one picture.</param>
    /// <param name="content">The form itself.</param>
    /// <returns>False for what has no form of its own.</returns>
    public static bool TryFormat(object? value, [NotNullWhen(true)] out string? mimeType, [NotNullWhen(true)] out string? content)
    {
        bool found = Find(value, out Formatting.RichFormat? format, out IReadOnlyList<object> values);
        // Several pictures are no picture.
        mimeType = !found ? null : values.Count == 1 ? format!.MimeType : "text/html";
        content = found ? format!.Html(values) : null;
        return found;
    }

    /// <summary>An object, or several of one type, as markdown.</summary>
    /// <returns>Null for what has no form of its own.</returns>
    public static string? ToMarkdown(object? value) => Find(value, out Formatting.RichFormat? format, out IReadOnlyList<object> values) ? format!.Markdown(values) : null;

    private static bool Find(object? value, out Formatting.RichFormat? format, out IReadOnlyList<object> values)
    {
        values = value is null ? [] : new[] { value };
        format = value is null ? null : Formatting.RichFormats.Find(value.GetType());
        if (format is null && value is IList { Count: > 0 } list)
        {
            object?[] items = [.. list.Cast<object?>()];
            Formatting.RichFormat? first = items[0] is { } one ? Formatting.RichFormats.Find(one.GetType()) : null;
            if (first is not null && items.All(i => i is not null && Formatting.RichFormats.Find(i.GetType()) == first))
            {
                values = items!;
                format = first;
            }
        }

        return format is not null;
    }
}
