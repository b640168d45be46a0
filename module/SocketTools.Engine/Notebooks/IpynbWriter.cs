using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SocketTools.Notebooks;

/// <summary>Writes an .ipynb of nbformat 4.5 with the metadata by which hosts find the kernel of each cell.</summary>
internal static class IpynbWriter
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What Jupyter calls text: a list of lines. All else is one string or JSON.
    private static readonly string[] s_ownMetadata = ["dotnet_interactive", "polyglot_notebook"];

    public static string Write(NotebookDocument document, IEnumerable<SocketNotebookCell> run)
    {
        Dictionary<int, SocketNotebookCell> results = run.ToDictionary(static c => c.Number);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, s_options))
        {
            json.WriteStartObject();
            json.WriteStartArray("cells");
            HashSet<string> ids = [];
            int executed = 0;
            for (int i = 0; i < document.Cells.Count; i++)
            {
                SocketNotebookCell? result = results.GetValueOrDefault(i + 1);
                bool ran = result is { Status: not SocketNotebookCellStatus.NotRun };
                WriteCell(json, document.Cells[i], Id(document.Cells[i], i, ids), result, ran && IsCode(document.Cells[i]) ? ++executed : 0);
            }

            json.WriteEndArray();
            IpynbMetadata.Write(json, document);
            json.WriteNumber("nbformat", 4);
            json.WriteNumber("nbformat_minor", 5);
            json.WriteEndObject();
        }

        return OneSpaceIndent(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length)) + "\n";
    }

    private static bool IsCode(NotebookCell cell) => cell.Kernel is not (NotebookKernels.Markdown or NotebookKernels.Raw);

    // In the order of the alphabet, as Jupyter writes it.
    private static void WriteCell(Utf8JsonWriter json, NotebookCell cell, string id, SocketNotebookCell? result, int executed)
    {
        bool code = IsCode(cell);
        json.WriteStartObject();
        if (!code && Property(cell.Raw, "attachments", JsonValueKind.Object) is { } attachments)
        {
            json.WritePropertyName("attachments");
            attachments.WriteTo(json);
        }

        json.WriteString("cell_type", code ? "code" : cell.Kernel);
        if (code)
        {
            WriteCount(json, executed);
        }

        json.WriteString("id", id);
        WriteCellMetadata(json, cell, code);
        if (code)
        {
            WriteOutputs(json, cell, result);
        }

        json.WritePropertyName("source");
        WriteLines(json, cell.Source);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, int executed)
    {
        if (executed > 0)
        {
            json.WriteNumber("execution_count", executed);
        }
        else
        {
            json.WriteNull("execution_count");
        }
    }

    private static void WriteCellMetadata(Utf8JsonWriter json, NotebookCell cell, bool code)
    {
        json.WriteStartObject("metadata");
        if (code)
        {
            json.WriteStartObject("dotnet_interactive");
            json.WriteString("language", cell.Kernel);
            json.WriteEndObject();
            json.WriteStartObject("polyglot_notebook");
            json.WriteString("kernelName", cell.Kernel);
            json.WriteEndObject();
        }

        if (Property(cell.Raw, "metadata", JsonValueKind.Object) is { } metadata)
        {
            foreach (JsonProperty property in Unique(metadata))
            {
                if (!code || !s_ownMetadata.Contains(property.Name))
                {
                    property.WriteTo(json);
                }
            }
        }

        json.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter json, NotebookCell cell, SocketNotebookCell? result)
    {
        // A cell that is for somebody else keeps what it had.
        if (result is null or { Status: SocketNotebookCellStatus.NotRun } && Property(cell.Raw, "outputs", JsonValueKind.Array) is { } before
            && cell.Kernel is not (NotebookKernels.PowerShell or NotebookKernels.Html or NotebookKernels.Mermaid or NotebookKernels.Value))
        {
            json.WritePropertyName("outputs");
            before.WriteTo(json);
            return;
        }

        json.WriteStartArray("outputs");
        List<SocketNotebookError> errors = [.. result?.Errors ?? []];
        foreach (NotebookOutput output in result?.Outputs ?? [])
        {
            switch (output)
            {
                case NotebookErrorText shown when errors.FirstOrDefault(e => ReferenceEquals(e.ErrorRecord, shown.Record)) is { } error:
                    WriteError(json, error, shown.Text.TrimEnd('\n').Split('\n'));
                    errors.Remove(error);
                    break;
                case NotebookRichText rich: WriteDisplay(json, rich.Display); break;
                case NotebookText text when !string.IsNullOrWhiteSpace(text.Text): WriteStream(json, text.Text, text is NotebookErrorText ? "stderr" : "stdout"); break;
                case NotebookDisplayed displayed: WriteDisplay(json, displayed.Display); break;
            }
        }

        // What the cell left and did not show.
        foreach (SocketNotebookError error in errors)
        {
            WriteError(json, error, error.Traceback);
        }

        json.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter json, string text, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("output_type", "stream");
        json.WritePropertyName("text");
        WriteLines(json, text);
        json.WriteEndObject();
    }

    private static void WriteDisplay(Utf8JsonWriter json, SocketNotebookDisplay display)
    {
        json.WriteStartObject();
        json.WriteStartObject("data");
        foreach ((string mimeType, string content) in display.Data.DistinctBy(static d => d.Key))
        {
            json.WritePropertyName(mimeType);
            if (!IsJson(mimeType) || !TryWriteJson(json, content))
            {
                WriteLines(json, content);
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteString("output_type", "display_data");
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, SocketNotebookError error, IEnumerable<string> traceback)
    {
        json.WriteStartObject();
        json.WriteString("ename", error.FullyQualifiedErrorId);
        json.WriteString("evalue", error.Message);
        json.WriteString("output_type", "error");
        json.WriteStartArray("traceback");
        foreach (string line in traceback)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsJson(string mimeType) => mimeType == "application/json" || (mimeType.StartsWith("application/", StringComparison.Ordinal) && mimeType.EndsWith("+json", StringComparison.Ordinal));

    private static bool TryWriteJson(Utf8JsonWriter json, string content)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(content);
            parsed.RootElement.WriteTo(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Each line but the last one has its end.
    private static void WriteLines(Utf8JsonWriter json, string text)
    {
        json.WriteStartArray();
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            json.WriteStringValue(text.AsSpan(start, end - start));
            start = end;
        }

        json.WriteEndArray();
    }

    // The same for the same cell in each run, so that a notebook that is run again differs in its outputs only.
    private static string Id(NotebookCell cell, int index, HashSet<string> ids)
    {
        if (cell.Id is { Length: > 0 and <= 64 } own && own.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && ids.Add(own))
        {
            return own;
        }

        for (int again = 0; ; again++)
        {
            string seed = string.Create(CultureInfo.InvariantCulture, $"{index} {again} {cell.Kernel} {cell.Source}");
            string id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(seed)))[..8];
            if (ids.Add(id))
            {
                return id;
            }
        }
    }

    private static JsonElement? Property(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement child) && child.ValueKind == kind ? child : null;

    // The last of several with one name, which is what readers take.
    internal static IEnumerable<JsonProperty> Unique(JsonElement element) => element.EnumerateObject().Reverse().DistinctBy(static p => p.Name).Reverse();

    // The writer of .NET 8 indents by two; within a string there is no line feed.
    private static string OneSpaceIndent(string json)
    {
        StringBuilder text = new(json.Length);
        foreach (string line in json.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n'))
        {
            int indent = line.Length - line.AsSpan().TrimStart(' ').Length;
            text.Append(' ', indent / 2).Append(line, indent, line.Length - indent).Append('\n');
        }

        text.Length--;
        return text.ToString();
    }
}
