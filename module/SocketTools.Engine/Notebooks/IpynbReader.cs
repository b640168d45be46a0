using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace SocketTools.Notebooks;

/// <summary>Reads an .ipynb: JSON of nbformat 4 in any of its minor versions.</summary>
internal static class IpynbReader
{
    private const int Major = 4;

    public static NotebookDocument Read(string text, string? name)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            NotebookDocument notebook = Read(json.RootElement, name);
            // Texts are looked at only when they are read, and what is kept has to be written again.
            using Utf8JsonWriter nowhere = new(System.IO.Stream.Null);
            json.WriteTo(nowhere);
            return notebook;
        }
        catch (JsonException e)
        {
            throw new NotebookFormatException("read", name, $"It is no JSON: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair, in an escape or as it is.
            throw new NotebookFormatException("read", name, "A text in it is no Unicode", e);
        }
    }

    private static NotebookDocument Read(JsonElement root, string? name)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("nbformat", out JsonElement format))
        {
            throw new NotebookFormatException("read", name, "It is JSON, and no notebook: it has no nbformat");
        }

        if (format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out int major) || major != Major)
        {
            throw new NotebookFormatException("read", name, $"Its nbformat is {Shortened(format)}, and only {Major} is read") { Advice = "Have a Jupyter convert it: jupyter nbconvert --to notebook." };
        }

        if (!root.TryGetProperty("cells", out JsonElement cells) || cells.ValueKind != JsonValueKind.Array)
        {
            throw new NotebookFormatException("read", name, "It has no list of cells");
        }

        JsonElement metadata = root.TryGetProperty("metadata", out JsonElement found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : default;
        NotebookKernels kernels = new();
        if (Child(metadata, "polyglot_notebook") is { } polyglot)
        {
            kernels.AddFrom(polyglot);
        }

        string main = DefaultKernel(metadata, kernels);
        return new NotebookDocument(NotebookFormat.Ipynb, cells.EnumerateArray().Select((c, i) => ReadCell(c, i + 1, kernels, main, name)).ToArray())
        {
            Metadata = metadata,
            Kernels = kernels,
        };
    }

    private static NotebookCell ReadCell(JsonElement cell, int number, NotebookKernels kernels, string main, string? name)
    {
        if (cell.ValueKind != JsonValueKind.Object)
        {
            throw new NotebookFormatException("read", name, $"Cell {number} is no JSON object");
        }

        string source = Source(cell, number, name);
        JsonElement? metadata = Child(cell, "metadata");
        string kernel = Text(cell, "cell_type") switch
        {
            "markdown" => NotebookKernels.Markdown,
            "raw" => NotebookKernels.Raw,
            "code" => CellKernel(metadata, source, kernels) ?? main,
            var type => throw new NotebookFormatException("read", name, $"Cell {number} has the cell_type {CallTextOf(type)}; code, markdown and raw are known"),
        };
        return new NotebookCell(kernel, source) { Id = Text(cell, "id"), Tags = ReadTags(metadata), Raw = cell.Clone() };
    }

    // A list of lines, each with its end, or one text.
    private static string Source(JsonElement cell, int number, string? name)
    {
        if (!cell.TryGetProperty("source", out JsonElement source))
        {
            throw new NotebookFormatException("read", name, $"Cell {number} has no source");
        }

        if (source.ValueKind == JsonValueKind.String)
        {
            return WithLineFeeds(source.GetString()!);
        }

        if (source.ValueKind != JsonValueKind.Array)
        {
            throw new NotebookFormatException("read", name, $"The source of cell {number} is no text");
        }

        StringBuilder text = new();
        foreach (JsonElement line in source.EnumerateArray())
        {
            text.Append(line.ValueKind == JsonValueKind.String ? line.GetString() : throw new NotebookFormatException("read", name, $"The source of cell {number} has a line that is no text"));
        }

        return WithLineFeeds(text.ToString());
    }

    private static string WithLineFeeds(string text) => DibWriter.Trimmed(text.Split('\n').Select(static l => l.TrimEnd('\r')).ToArray());

    // What hosts wrote on the cell goes before what the cell itself begins with.
    private static string? CellKernel(JsonElement? metadata, string source, NotebookKernels kernels) =>
        Named(Child(Child(metadata, "polyglot_notebook"), "kernelName"), kernels)
        ?? Named(Child(Child(metadata, "dotnet_interactive"), "language"), kernels)
        ?? kernels.Selected(source.AsSpan(0, source.AsSpan().IndexOf('\n') is >= 0 and var end ? end : source.Length));

    // .NET Interactive's kernelspecs are .net-pwsh, .net-csharp and .net-fsharp; any other says at least its language.
    private static string DefaultKernel(JsonElement metadata, NotebookKernels kernels)
    {
        JsonElement? spec = Child(metadata, "kernelspec");
        string? specName = spec is { } s ? Text(s, "name") : null;
        return Named(Child(Child(Child(metadata, "polyglot_notebook"), "kernelInfo"), "defaultKernelName"), kernels)
            ?? (specName?.StartsWith(".net-", StringComparison.Ordinal) == true ? kernels.Canonical(specName[5..]) : null)
            ?? Named(Child(spec, "language"), kernels)
            ?? Named(Child(Child(metadata, "language_info"), "name"), kernels)
            ?? NotebookKernels.Default;
    }

    private static string? Named(JsonElement? value, NotebookKernels kernels) =>
        value is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 and < 100 } name && !name.Any(char.IsControl) ? kernels.Canonical(name) : null;

    private static string[] ReadTags(JsonElement? metadata) => Child(metadata, "tags") is { ValueKind: JsonValueKind.Array } tags
        ? [.. tags.EnumerateArray().Where(static t => t.ValueKind == JsonValueKind.String).Select(static t => t.GetString()!)]
        : [];

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out JsonElement child) ? child : null;

    private static string? Text(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string CallTextOf(string? value) => value is null ? "(none)" : $"'{(value.Length > 40 ? value[..40] + "…" : value)}'";

    private static string Shortened(JsonElement value) => value.GetRawText() is { Length: <= 40 } text ? text : "something else";
}
