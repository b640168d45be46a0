using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace SocketTools.Notebooks;

/// <summary>A .dib in the form in which .NET Interactive writes one: selector, blank line, content, blank line.</summary>
internal static class DibWriter
{
    public static string Write(NotebookDocument document)
    {
        List<string> lines = [];
        string? meta = document.Meta ?? NewMeta(document);
        // Behind the metadata text without a selector would be taken for a part of it.
        int before = document.Cells is [{ Selector: null }, ..] ? 1 : 0;
        if (before == 1)
        {
            Add(lines, document.Cells[0], 1, new NotebookKernels(), metaIsKnown: false);
        }

        if (meta is not null)
        {
            lines.AddRange(["#!meta", "", meta, ""]);
        }

        for (int i = before; i < document.Cells.Count; i++)
        {
            Add(lines, document.Cells[i], i + 1, document.Kernels, meta is not null);
        }

        return string.Join('\n', lines);
    }

    /// <summary>Lines without the empty ones before and behind, joined.</summary>
    public static string Trimmed(IReadOnlyList<string> lines)
    {
        int first = 0;
        int end = lines.Count;
        while (first < end && lines[first].Length == 0)
        {
            first++;
        }

        while (end > first && lines[end - 1].Length == 0)
        {
            end--;
        }

        return string.Join('\n', lines.Skip(first).Take(end - first));
    }

    // Kernels that no reader knows by itself are selectors only when #!meta names them.
    private static string? NewMeta(NotebookDocument document)
    {
        NotebookKernels known = new();
        string[] added = [.. document.Cells.Where(c => c.Selector is { } s && known.Selected("#!" + s) is null).Select(static c => c.Selector!).Distinct()];
        return added.Length == 0 ? null
            : JsonSerializer.Serialize(new { kernelInfo = new { defaultKernelName = NotebookKernels.PowerShell, items = added.Select(static name => new { name }) } });
    }

    private static void Add(List<string> lines, NotebookCell cell, int number, NotebookKernels kernels, bool metaIsKnown)
    {
        string text = Trimmed(cell.Source.Split('\n'));
        if (text.Length == 0)
        {
            return;
        }

        string[] source = text.Split('\n');
        // The metadata is looked for only once: behind it such a line is content.
        if (source.FirstOrDefault(l => kernels.Selected(l) is not null || (!metaIsKnown && l.StartsWith("#!meta", StringComparison.Ordinal))) is { } line)
        {
            throw new NotebookFormatException("write", null, $"Cell {number} ({cell.Kernel}) has the line {line}, which would begin a cell in a .dib")
            {
                Advice = "Split the cell there, or write an .ipynb.",
            };
        }

        if (cell.Selector is { } selector)
        {
            lines.AddRange(["#!" + selector, ""]);
        }

        lines.AddRange(source);
        lines.Add("");
    }
}
