using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace SocketTools.Notebooks;

/// <summary>
/// The grammar of a .dib, as .NET Interactive reads it. A cell begins with a line that is exactly <c>#!name</c> of a known kernel. Nothing is escaped, so
/// such a line in a here-string begins a cell too, and every other line is content.
/// </summary>
internal static class DibReader
{
    private const string MetaLine = "#!meta";
    private const string Directive = "#!";

    public static NotebookDocument Read(string text, string? name)
    {
        NotebookKernels kernels = new();
        List<NotebookCell> cells = [];
        List<string> content = [];
        string kernel = NotebookKernels.Default;
        string? selector = null;
        string? meta = null;
        int number = 0;
        StringBuilder? metaText = null;
        int metaLine = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLinesByFeed())
        {
            number++;
            ReadOnlySpan<char> line = raw.TrimEnd('\r');
            bool directive = line.StartsWith(Directive, StringComparison.Ordinal);
            if (metaText is not null && meta is null)
            {
                if (!directive)
                {
                    metaText.Append(line).Append('\n');
                    continue;
                }

                meta = ReadMeta(metaText, kernels, name, metaLine);
            }
            else if (metaText is null && line.StartsWith(MetaLine, StringComparison.Ordinal))
            {
                metaText = new StringBuilder();
                metaLine = number;
                continue;
            }

            if (directive && kernels.Selected(line) is { } selected)
            {
                Add();
                kernel = selected;
                selector = line[2..].ToString();
            }
            else
            {
                // Nothing would stand before such a text in a file, and a mark there be taken for one of its order of bytes.
                content.Add((selector is null ? line.TrimStart('\uFEFF') : line).ToString());
            }
        }

        if (metaText is not null && meta is null)
        {
            meta = ReadMeta(metaText, kernels, name, metaLine);
        }

        Add();
        return new NotebookDocument(NotebookFormat.Dib, cells) { Meta = meta, Kernels = kernels };

        void Add()
        {
            string source = DibWriter.Trimmed(content);
            if (source.Length > 0)
            {
                cells.Add(new NotebookCell(kernel, source) { Selector = selector });
            }

            content.Clear();
        }
    }

    private static string ReadMeta(StringBuilder text, NotebookKernels kernels, string? name, int line)
    {
        string json = text.ToString().Trim();
        try
        {
            using JsonDocument meta = JsonDocument.Parse(json);
            if (meta.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new NotebookFormatException("read", name, $"Behind {MetaLine} in line {line} stands no JSON object");
            }

            kernels.AddFrom(meta.RootElement);
            return json;
        }
        catch (JsonException e)
        {
            throw new NotebookFormatException("read", name, $"Behind {MetaLine} in line {line} stands no JSON, at line {line + 1 + (e.LineNumber ?? 0)}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new NotebookFormatException("read", name, $"Behind {MetaLine} in line {line} stands a name that is no text", e); // Half a surrogate pair.
        }
    }

    // MemoryExtensions.EnumerateLines splits at form feeds and other ends too, which are content here.
    private static LineEnumerator EnumerateLinesByFeed(this ReadOnlySpan<char> text) => new(text);

    private ref struct LineEnumerator(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private bool _over;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly LineEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_over)
            {
                return false;
            }

            int end = _rest.IndexOf('\n');
            _over = end < 0;
            Current = _over ? _rest : _rest[..end];
            _rest = _over ? [] : _rest[(end + 1)..];
            return true;
        }
    }
}
