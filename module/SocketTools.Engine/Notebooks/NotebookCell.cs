using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace SocketTools;

/// <summary>One cell of a notebook as its file has it. Immutable.</summary>
/// <param name="Kernel">The kernel's own name, whatever alias the file has: pwsh, markdown, mermaid, html, value, csharp.</param>
/// <param name="Source">The text, with line feeds between its lines and none at its end.</param>
public sealed record NotebookCell(string Kernel, string Source)
{
    /// <summary>The name by which a .dib selects the kernel; null where the text stands before the first selector.</summary>
    public string? Selector { get; init; } = Kernel;

    /// <summary>The id that an .ipynb gives the cell, or null.</summary>
    public string? Id { get; init; }

    /// <summary>The tags that an .ipynb gives the cell.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value.ToArray(); } = System.Array.Empty<string>();

    /// <summary>The cell of an .ipynb as it was read: its metadata, its attachments, and outputs of a run elsewhere.</summary>
    internal JsonElement Raw { get; init; }
}
