using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace SocketTools.Notebooks;

/// <summary>The metadata of an .ipynb: what it had, and the names by which .NET Interactive, VS Code and Jupyter know PowerShell.</summary>
internal static class IpynbMetadata
{
    public static void Write(Utf8JsonWriter json, NotebookDocument document)
    {
        json.WriteStartObject("metadata");
        Dictionary<string, JsonElement> own = document.Metadata.ValueKind == JsonValueKind.Object
            ? IpynbWriter.Unique(document.Metadata).ToDictionary(static p => p.Name, static p => p.Value)
            : [];
        if (!own.ContainsKey("kernelspec"))
        {
            WriteKernelSpec(json);
        }

        if (!own.ContainsKey("language_info"))
        {
            WriteLanguage(json);
        }

        if (!own.ContainsKey("polyglot_notebook"))
        {
            WriteKernels(json, document);
        }

        foreach ((string name, JsonElement value) in own)
        {
            if (name != "orig_nbformat") // It is never to be in a file.
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteKernelSpec(Utf8JsonWriter json)
    {
        json.WriteStartObject("kernelspec");
        json.WriteString("display_name", ".NET (PowerShell)");
        json.WriteString("language", "PowerShell");
        json.WriteString("name", ".net-pwsh");
        json.WriteEndObject();
    }

    private static void WriteLanguage(Utf8JsonWriter json)
    {
        json.WriteStartObject("language_info");
        json.WriteString("file_extension", ".ps1");
        json.WriteString("mimetype", "text/x-pwsh");
        json.WriteString("name", "PowerShell");
        json.WriteString("pygments_lexer", "powershell");
        json.WriteEndObject();
    }

    private static void WriteKernels(Utf8JsonWriter json, NotebookDocument document)
    {
        json.WriteStartObject("polyglot_notebook");
        json.WriteStartObject("kernelInfo");
        json.WriteString("defaultKernelName", NotebookKernels.PowerShell);
        json.WriteStartArray("items");
        IEnumerable<string> kernels = document.Cells.Select(static c => c.Kernel).Where(static k => k is not (NotebookKernels.Markdown or NotebookKernels.Raw));
        foreach (string kernel in kernels.Prepend(NotebookKernels.PowerShell).Distinct())
        {
            json.WriteStartObject();
            json.WriteStartArray("aliases");
            json.WriteEndArray();
            json.WriteString("name", kernel);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
