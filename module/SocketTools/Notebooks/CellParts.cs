using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace SocketTools.Notebooks;

/// <summary>Runs the parts of a cell, each as its kernel would. On the notebook's thread.</summary>
internal sealed class CellParts(NotebookSession session, string folder)
{
    // What #!value keeps, for all cells.
    private readonly Dictionary<string, (string MimeType, string Text)> _values = new(StringComparer.Ordinal);

    /// <summary>Whether a kernel's text is run here.</summary>
    public static bool Runs(string kernel) => kernel is NotebookKernels.PowerShell or NotebookKernels.Mermaid or NotebookKernels.Html or NotebookKernels.Value or NotebookKernels.Markdown;

    /// <summary>Runs them one behind the other, up to the first that leaves an error.</summary>
    /// <returns>The errors that were left.</returns>
    public IReadOnlyList<SocketNotebookError> Run(IReadOnlyList<CellPart> parts, CellRecorder recorder)
    {
        foreach (CellPart part in parts)
        {
            IReadOnlyList<SocketNotebookError> errors = part.Action switch
            {
                CellDirectives.ValueAction => Keep(part, recorder),
                CellDirectives.SetAction => Set(part),
                CellDirectives.ShareAction => Share(part),
                _ => Run(part, recorder),
            };
            if (errors.Count > 0)
            {
                return errors;
            }
        }

        return [];
    }

    private List<SocketNotebookError> Run(CellPart part, CellRecorder recorder)
    {
        switch (part.Kernel)
        {
            case NotebookKernels.Mermaid:
                recorder.Display(new([new("text/vnd.mermaid", part.Text), new("text/plain", part.Text)]));
                return [];
            case NotebookKernels.Html:
                recorder.Display(new("text/html", part.Text));
                return [];
            case NotebookKernels.Markdown:
                recorder.Display(new("text/markdown", part.Text));
                return [];
            default:
                return RunScript(part.Text, recorder);
        }
    }

    /// <summary>
    /// The rule of .NET Interactive: a cell has failed when a record is left in <c>$Error</c>, whoever handled it. An error that is shown on purpose is
    /// taken out again, or never gets there (-ErrorAction Ignore).
    /// </summary>
    private List<SocketNotebookError> RunScript(string script, CellRecorder recorder)
    {
        session.TakeErrors();
        Exception? thrown = null;
        try
        {
            session.Invoke(script, recorder);
        }
        catch (PipelineStoppedException)
        {
            throw; // Its time was over.
        }
        catch (RuntimeException e)
        {
            thrown = e;
        }

        List<object> records = [.. session.TakeErrors().Where(static e => e is not IncompleteParseException)];
        if (thrown is IContainsErrorRecord { ErrorRecord: { } record })
        {
            // What ended the cell nobody has shown yet.
            recorder.BeginError(record);
            recorder.Write(CellErrors.Shown(session, record));
            recorder.EndPart();
            records.RemoveAll(r => CellErrors.IsSame(r, record));
            records.Add(record);
        }

        return [.. records.Select(r => CellErrors.From(session, r))];
    }

    private IReadOnlyList<SocketNotebookError> Keep(CellPart part, CellRecorder recorder)
    {
        if (part.Options.ContainsKey("from-file") && (part.Text.Length > 0 || part.Options.ContainsKey("from-value")))
        {
            return [CellErrors.From("#!value takes its value from one place: --from-file, --from-value or the lines below it.")];
        }

        string text = part.Text;
        if (part.Options.TryGetValue("from-value", out string? given))
        {
            text = given;
        }
        else if (part.Options.TryGetValue("from-file", out string? file))
        {
            try
            {
                text = System.IO.File.ReadAllText(System.IO.Path.Combine(folder, file));
            }
            catch (Exception e) when (e is System.IO.IOException or UnauthorizedAccessException)
            {
                return [CellErrors.From(e)];
            }
        }

        string mimeType = part.Options.GetValueOrDefault("mime-type", "text/plain");
        _values[part.Options["name"]] = (mimeType, text);
        if (part.Options.ContainsKey("mime-type"))
        {
            recorder.Display(new(mimeType, text));
        }

        return [];
    }

    private IReadOnlyList<SocketNotebookError> Set(CellPart part)
    {
        const string FromValue = "@value:";
        string value = part.Options["value"];
        return value.StartsWith(FromValue, StringComparison.Ordinal) ? SetFrom(value[FromValue.Length..], part.Options["name"])
            : value.StartsWith('@') ? [CellErrors.From($"{value} is of another kernel, and only #!value is known here.")]
            : SetVariable(part.Options["name"], value);
    }

    private IReadOnlyList<SocketNotebookError> Share(CellPart part) => part.Options["from"] == NotebookKernels.Value
        ? SetFrom(part.Options["name"], part.Options.GetValueOrDefault("as", part.Options["name"]))
        : [CellErrors.From($"There is no kernel {part.Options["from"]} here to share from, only value.")];

    private IReadOnlyList<SocketNotebookError> SetFrom(string name, string variable)
    {
        if (!_values.TryGetValue(name, out (string MimeType, string Text) value))
        {
            return [CellErrors.From($"Value '{name}' not found in kernel value.")];
        }

        if (value.MimeType != "application/json")
        {
            return SetVariable(variable, value.Text);
        }

        try
        {
            IReadOnlyList<PSObject> parsed = session.Call("param($text) , (Microsoft.PowerShell.Utility\\ConvertFrom-Json -InputObject $text)", ("text", value.Text));
            return SetVariable(variable, parsed.Count == 0 ? null : parsed[0]);
        }
        catch (RuntimeException e)
        {
            session.TakeErrors();
            return [CellErrors.From(e)];
        }
    }

    private IReadOnlyList<SocketNotebookError> SetVariable(string name, object? value)
    {
        try
        {
            session.SetVariable(name, value);
            return [];
        }
        catch (SessionStateException e)
        {
            return [CellErrors.From(e)];
        }
    }
}
