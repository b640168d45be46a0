using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SocketTools.Notebooks;

/// <summary>
/// Puts pictures that a page refers to into it, as data: URIs (RFC 2397): files, from the folder of the notebook on, and what an .ipynb has attached to the cell.
/// What stays outside is told, for such a page needs more than itself.
/// </summary>
internal sealed partial class PagePictures
{
    /// <summary>The longest file that is put in, in bytes.</summary>
    public const int MaximumLength = 8 * 1024 * 1024;

    private const int MaximumOfPage = 32 * 1024 * 1024;

    private static readonly Dictionary<string, string> s_types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".svg"] = "image/svg+xml",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".bmp"] = "image/bmp",
        [".ico"] = "image/x-icon",
    };

    private readonly List<string> _missing = [];
    private long _length;

    /// <summary>HTML with its pictures inside.</summary>
    public string InHtml(string html, SocketNotebookCell cell) => Reference().Replace(html, m =>
    {
        string quoted = m.Groups["to"].Value;
        string to = WebUtility.HtmlDecode(quoted.Trim('"', '\'')).Trim();
        return Find(to, cell, m.Groups["tag"].Value.Equals("img", StringComparison.OrdinalIgnoreCase)) is { } data ? $"{m.Groups["before"].Value}\"{data}\"" : m.Value;
    });

    /// <summary>The same of markdown that becomes HTML in the browser.</summary>
    public string InMarkdown(string markdown, SocketNotebookCell cell) => MarkdownPicture().Replace(markdown, m =>
        Find(m.Groups["to"].Value.Trim('<', '>'), cell, isPicture: true) is { } data ? m.Groups["before"].Value + data : m.Value);

    /// <summary>A sentence about each thing that a page needs and does not have, since this was asked last.</summary>
    public IReadOnlyList<string> TakeMissing()
    {
        string[] taken = [.. _missing.Distinct()];
        _missing.Clear();
        return taken;
    }

    // The URI to put in the place of another; null leaves that.
    private string? Find(string to, SocketNotebookCell cell, bool isPicture)
    {
        const string Attachment = "attachment:";
        string scheme = Scheme().Match(to).Value.ToLowerInvariant();
        if (to.Length == 0 || to[0] == '#' || scheme is "data:" or "about:" or "blob:" or "javascript:")
        {
            return null;
        }

        string? why = to.StartsWith("//", StringComparison.Ordinal) || (scheme.Length > 0 && scheme is not ("file:" or Attachment)) ? "it is on a network"
            : !isPicture ? "it is no picture"
            : null;
        if (why is null)
        {
            try
            {
                (string type, string base64) = scheme == Attachment ? Attached(Uri.UnescapeDataString(to[Attachment.Length..]), cell) : Read(to, scheme, cell);
                _length += base64.Length;
                return _length <= MaximumOfPage ? $"data:{type};base64,{base64}"
                    : throw new SocketFileException("read", Errno.EFBIG, to, string.Create(CultureInfo.InvariantCulture, $"All pictures of the page are longer than {MaximumOfPage} bytes"));
            }
            catch (SocketCallException e)
            {
                // Without the path, which is nobody's business who gets the page.
                why = $"{e.Detail ?? ErrnoTable.Get(e.Errno).Meaning} ({e.ErrnoName})";
            }
        }

        _missing.Add($"The page needs {to}, which is not in it: {why.TrimEnd('.')}.");
        return null;
    }

    private static (string Type, string Base64) Read(string to, string scheme, SocketNotebookCell cell)
    {
        string path = scheme == "file:" ? new Uri(to).LocalPath : Uri.UnescapeDataString(to.Split('?', '#')[0]);
        path = Path.Combine(Path.GetDirectoryName(cell.Path) ?? "", path);
        string type = s_types.GetValueOrDefault(Path.GetExtension(path))
            ?? throw new SocketFileException("read", Errno.EINVAL, path, $"Its name says no kind of picture ({string.Join(' ', s_types.Keys)})");
        return (type, Convert.ToBase64String(NotebookFile.Read(path, MaximumLength, "Make the picture smaller.")));
    }

    // nbformat: {"name": {"image/png": "base64"}}, the base64 perhaps in lines.
    private static (string Type, string Base64) Attached(string name, SocketNotebookCell cell)
    {
        if (cell.Cell.Raw is { ValueKind: JsonValueKind.Object } raw && raw.TryGetProperty("attachments", out JsonElement all) && all.ValueKind == JsonValueKind.Object
            && all.TryGetProperty(name, out JsonElement forms) && forms.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty form in forms.EnumerateObject().Where(static f => s_types.ContainsValue(f.Name)))
            {
                IEnumerable<JsonElement> lines = form.Value.ValueKind == JsonValueKind.Array ? form.Value.EnumerateArray() : new[] { form.Value };
                string text = string.Concat(lines.Select(static l => l.ValueKind == JsonValueKind.String ? l.GetString() : "")).ReplaceLineEndings("");
                if (text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='))
                {
                    return (form.Name, text);
                }
            }
        }

        throw new SocketFileException("read", Errno.ENOENT, name, "The cell has no such attachment");
    }

    // What a browser fetches by itself when it shows the page.
    [GeneratedRegex("""(?<before><(?<tag>img|script|iframe|embed|source|video|audio|track|link|object|input)\b[^>]*?\s(?:src|href|data|poster)\s*=\s*)(?<to>"[^"]*"|'[^']*'|[^\s"'>]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<before>!\[[^\]]*\]\(\s*)(?<to><[^>\n]*>|[^\s)<]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MarkdownPicture();

    // Two letters at least: one is a drive.
    [GeneratedRegex("^[a-z][a-z0-9+.-]+:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();
}
