using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using System.Threading;

namespace SocketTools.Notebooks;

/// <summary>Runs the cells of a notebook in their order and gives each as it ends.</summary>
internal sealed class NotebookRunner : IDisposable
{
    private readonly NotebookDocument _document;
    private readonly string _path;
    private readonly NotebookOptions _options;
    private readonly NotebookSession _session;
    private readonly CellParts _parts;
    private string? _endedBy;
    private bool _disposed;

    public NotebookRunner(NotebookDocument document, string path, NotebookOptions options)
    {
        _document = document;
        _path = path;
        _options = options;
        ProcessState.Enter();
        _session = new NotebookSession(options.ModulePath, System.IO.Path.GetDirectoryName(path)!);
        _parts = new CellParts(_session, System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>What was put back in the process when the notebook had ended, in words.</summary>
    public IReadOnlyList<string> Restored { get; private set; } = [];

    /// <summary>Runs the cells. Each is run when it is asked for.</summary>
    /// <exception cref="OperationCanceledException">The token fired; the cell that ran then was stopped, or left alone when it did not obey.</exception>
    public IEnumerable<SocketNotebookCell> Run(CancellationToken stop)
    {
        Open(stop);
        for (int i = 0; i < _document.Cells.Count; i++)
        {
            yield return RunCell(_document.Cells[i], i + 1, stop);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _session.Dispose();
            Restored = ProcessState.Leave();
        }
    }

    private void Open(CancellationToken stop)
    {
        SessionEnd end = _session.Run(s => { s.Open(); SetParameters(s); }, new CellRecorder(0), Timeout.InfiniteTimeSpan, stop);
        if (end.Failure is SocketCallException known)
        {
            throw known;
        }

        if (end.Failure is { } failure)
        {
            throw new SocketCallException("open", Errno.EIO, _path, $"The runspace did not open: {failure.Message}", failure) { Advice = "Start a new PowerShell and try again." };
        }
    }

    private void SetParameters(NotebookSession session)
    {
        foreach ((string name, object? value) in _options.Parameters)
        {
            try
            {
                session.SetVariable(name, value);
            }
            catch (SessionStateException e)
            {
                throw new SocketCallException("set", Errno.EINVAL, name, $"-Parameters cannot set ${name}: {e.Message}", e) { Advice = "Choose another name." };
            }
        }
    }

    private SocketNotebookCell RunCell(NotebookCell cell, int number, CancellationToken stop)
    {
        switch (cell.Kernel)
        {
            case NotebookKernels.Markdown:
                return new SocketNotebookCell(cell, _path, number) { Status = SocketNotebookCellStatus.Ok, Outputs = [new NotebookDisplayed(_options.ShowMarkdown(cell.Source))] };
            case NotebookKernels.PowerShell or NotebookKernels.Mermaid or NotebookKernels.Html or NotebookKernels.Value when _endedBy is null:
                return Execute(cell, number, stop);
            case NotebookKernels.PowerShell or NotebookKernels.Mermaid or NotebookKernels.Html or NotebookKernels.Value:
                return NotRun(cell, number, _endedBy);
            case NotebookKernels.Raw:
                return NotRun(cell, number, null);
            default:
                return NotRun(cell, number, cell.Selector is null && _document.Format == NotebookFormat.Dib
                    ? $"Text before the first selector is for the kernel {cell.Kernel}, and only pwsh is run here. Begin the file with #!pwsh or #!markdown."
                    : $"It is for the kernel {cell.Kernel}, and only pwsh is run here.");
        }
    }

    private SocketNotebookCell Execute(NotebookCell cell, int number, CancellationToken stop)
    {
        CellRecorder recorder = new(_options.MaximumLength);
        IReadOnlyList<CellPart> parts;
        try
        {
            parts = CellDirectives.Split(cell, _document.Kernels);
        }
        catch (NotebookFormatException e)
        {
            return Fail(cell, number, recorder, [CellErrors.From(e)], TimeSpan.Zero);
        }

        if (parts.FirstOrDefault(static p => !CellParts.Runs(p.Kernel)) is { } foreign)
        {
            return NotRun(cell, number, $"A part of it is for the kernel {foreign.Kernel}, and only pwsh is run here.");
        }

        IReadOnlyList<SocketNotebookError> errors = [];
        Stopwatch watch = Stopwatch.StartNew();
        SessionEnd end = _session.Run(_ => errors = _parts.Run(parts, recorder), recorder, _options.CellLimit, stop);
        TimeSpan took = watch.Elapsed;
        if (end.TimedOut)
        {
            return TimeOut(cell, number, recorder, end, errors, took);
        }

        if (end.Failure is { } failure)
        {
            errors = [.. errors, CellErrors.From(failure)];
        }

        if (cell.Tags.Contains("parameters") && _options.Parameters.Count > 0)
        {
            // Its defaults give way, as in papermill.
            _session.Run(SetParameters, recorder, Timeout.InfiniteTimeSpan, stop);
        }

        if (errors.Count > 0)
        {
            return Fail(cell, number, recorder, errors, took);
        }

        (IReadOnlyList<NotebookOutput> outputs, string? notes) = recorder.Finish();
        return new SocketNotebookCell(cell, _path, number)
        {
            Status = SocketNotebookCellStatus.Ok, Reason = notes, Outputs = outputs, Duration = took, Highlighted = CellHighlighter.Highlight(cell),
        };
    }

    private SocketNotebookCell Fail(NotebookCell cell, int number, CellRecorder recorder, IReadOnlyList<SocketNotebookError> errors, TimeSpan took)
    {
        if (!_options.ContinueOnError)
        {
            _endedBy = $"Cell {number} failed before it.";
        }

        (IReadOnlyList<NotebookOutput> outputs, string? notes) = recorder.Finish();
        return new SocketNotebookCell(cell, _path, number)
        {
            Status = SocketNotebookCellStatus.Failed, Reason = notes, Outputs = outputs, Errors = errors, Duration = took, Highlighted = CellHighlighter.Highlight(cell),
        };
    }

    private SocketNotebookCell TimeOut(NotebookCell cell, int number, CellRecorder recorder, SessionEnd end, IReadOnlyList<SocketNotebookError> errors, TimeSpan took)
    {
        string what = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"It did not end within {_options.CellLimit.TotalSeconds:0.######} s");
        string how = end.Abandoned ? $"{what}, nor when it was stopped, and was left with its runspace." : $"{what} and was stopped.";
        if (end.Abandoned || !_options.ContinueOnError)
        {
            _endedBy = end.Abandoned ? $"Cell {number} did not end before it, and the runspace is lost." : $"Cell {number} did not end before it.";
        }

        (IReadOnlyList<NotebookOutput> outputs, string? notes) = recorder.Finish();
        return new SocketNotebookCell(cell, _path, number)
        {
            Status = SocketNotebookCellStatus.TimedOut, Reason = notes is null ? how : $"{how} {notes}", Outputs = outputs, Duration = took,
            Errors = [.. end.Abandoned ? [] : errors, new SocketNotebookError("ETIMEDOUT", how, [how])], Highlighted = CellHighlighter.Highlight(cell),
        };
    }

    private SocketNotebookCell NotRun(NotebookCell cell, int number, string? why) =>
        new(cell, _path, number) { Reason = why, Highlighted = CellHighlighter.Highlight(cell) };
}
