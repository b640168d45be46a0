using System;
using System.Collections.Generic;
using System.Text.Json;

namespace SocketTools.Notebooks;

/// <summary>The kernels by which .NET Interactive's cells are told apart, and their other names.</summary>
internal sealed class NotebookKernels
{
    public const string PowerShell = "pwsh";
    public const string Markdown = "markdown";
    public const string Mermaid = "mermaid";
    public const string Html = "html";
    public const string Value = "value";

    /// <summary>What Jupyter shows as it is.</summary>
    public const string Raw = "raw";

    /// <summary>The kernel of text before the first selector, in a host that was told of no other.</summary>
    public const string Default = "csharp";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["pwsh"] = PowerShell,
        ["powershell"] = PowerShell,
        ["markdown"] = Markdown,
        ["md"] = Markdown,
        ["mermaid"] = Mermaid,
        ["html"] = Html,
        ["value"] = Value,
        ["csharp"] = "csharp",
        ["c#"] = "csharp",
        ["cs"] = "csharp",
        ["fsharp"] = "fsharp",
        ["f#"] = "fsharp",
        ["fs"] = "fsharp",
        ["javascript"] = "javascript",
        ["js"] = "javascript",
        ["http"] = "http",
        ["sql"] = "sql",
        ["kql"] = "kql",
    };

    /// <summary>The kernel that a line selects: it is exactly <c>#!name</c>, or <c>#!alias</c>; null for any other line.</summary>
    public string? Selected(ReadOnlySpan<char> line) =>
        line.StartsWith("#!", StringComparison.Ordinal) && _names.TryGetValue(line[2..].ToString(), out string? name) ? name : null;

    /// <summary>The kernel that has a name or an alias, whichever case; else the name itself.</summary>
    public string Canonical(string name) => _names.GetValueOrDefault(name) ?? _names.GetValueOrDefault(name.ToLowerInvariant()) ?? name;

    /// <summary>Adds the kernels of <c>kernelInfo</c> in a notebook's metadata: <c>{"items":[{"name":…,"aliases":[…]}]}</c>. What has another form is passed over.</summary>
    public void AddFrom(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty("kernelInfo", out JsonElement info) || info.ValueKind != JsonValueKind.Object
            || !info.TryGetProperty("items", out JsonElement items) || items.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (JsonElement item in items.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("name", out JsonElement named) || named.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            string name = named.GetString()!;
            string kernel = _names.GetValueOrDefault(name, name);
            Add(name, kernel);
            if (item.TryGetProperty("aliases", out JsonElement aliases) && aliases.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement alias in aliases.EnumerateArray())
                {
                    if (alias.ValueKind == JsonValueKind.String)
                    {
                        Add(alias.GetString()!, kernel);
                    }
                }
            }
        }
    }

    // A name with a line end in it could never be a line; meta begins the metadata.
    private void Add(string name, string kernel)
    {
        if (name.Length > 0 && name != "meta" && !name.AsSpan().ContainsAny('\r', '\n'))
        {
            _names.TryAdd(name, kernel);
        }
    }
}
