using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using SocketTools.Errors;
using SocketTools.Handlers;
using SocketTools.Notebooks;

namespace SocketTools.Commands;

/// <summary>Runs the PowerShell cells of a notebook in a runspace of their own.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SocketNotebook")]
[OutputType(typeof(SocketNotebookCell))]
public sealed class InvokeSocketNotebookCommand : WaitingSocketCommand
{
    private NotebookRunner? _runner;
    private int _done;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    [Parameter]
    public IDictionary? Parameters { get; set; }

    [Parameter]
    public SwitchParameter ContinueOnError { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumLength { get; set; } = 1024 * 1024;

    private protected override void Process()
    {
        Target = Path;
        string path = FilePath.Resolve(SessionState.Path, Path);
        NotebookOutFile? outFile = OutFile is null ? null : NotebookOutFile.Check(FilePath.Resolve(SessionState.Path, OutFile), _done++);
        NotebookDocument document = NotebookDocument.Load(path);
        List<SocketNotebookCell> cells = [];
        NotebookProgress progress = new(path, document.Cells.Count);
        using NotebookRunner runner = _runner = new NotebookRunner(document, path, Options());
        try
        {
            WriteFromInside(() => WriteProgress(progress.Before(1)));
            foreach (SocketNotebookCell cell in runner.Run(StopToken))
            {
                cells.Add(cell);
                WriteObject(cell);
                WriteFromInside(() => WriteProgress(progress.Before(cell.Number + 1)));
            }
        }
        finally
        {
            runner.Dispose();
            WriteFromInside(() => WriteProgress(progress.End()));
        }

        if (runner.Restored.Count > 0)
        {
            WriteVerbose($"Put back behind {Path}: {string.Join(", ", runner.Restored)}.");
        }

        outFile?.Write(document, cells, Script, WriteWarning);
        WriteFailures(cells);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _runner?.Dispose();
        base.Dispose(disposing);
    }

    private NotebookOptions Options()
    {
        NotebookOptions.CheckTime(TimeoutSeconds);
        string module = ScriptHandler.ModulePath(this);
        return new NotebookOptions(module, SocketWait.FromSeconds(TimeoutSeconds), ContinueOnError, MaximumLength, NotebookOptions.Variables(Parameters), ShowMarkdown);
    }

    // Not every PowerShell was built with it. Then the page has the markdown, and a script that makes HTML of it.
    private SocketNotebookDisplay ShowMarkdown(string markdown) => InvokeCommand.GetCommand("ConvertFrom-Markdown", CommandTypes.Cmdlet | CommandTypes.Function) is null
        ? new("text/markdown", markdown)
        : new("text/html", string.Concat(InvokeCommand.InvokeScript(false, ScriptBlock.Create("param($text) (ConvertFrom-Markdown -InputObject $text).Html"), null, [markdown]).Select(static o => o?.ToString())));

    private string? Script(string name)
    {
        string path = NotebookOutFile.ScriptPath(ScriptHandler.ModulePath(this), name);
        if (File.Exists(path))
        {
            return File.ReadAllText(path);
        }

        WriteWarning($"{path} is missing, so the page shows {(name == "mermaid" ? "diagrams" : "markdown")} as text.");
        return null;
    }

    // When all is written: -ErrorAction Stop shall not cost the file.
    private void WriteFailures(List<SocketNotebookCell> cells)
    {
        foreach (SocketNotebookCell cell in cells.Where(static c => c.Status is SocketNotebookCellStatus.Failed or SocketNotebookCellStatus.TimedOut))
        {
            WriteError(SocketErrorRecord.From(CellErrors.Failure(cell, Path), Path));
        }
    }
}
