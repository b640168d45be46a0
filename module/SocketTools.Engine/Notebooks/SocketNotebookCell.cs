using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SocketTools;

/// <summary>How a cell of a notebook ended.</summary>
public enum SocketNotebookCellStatus
{
    /// <summary>It ran, or there was nothing to run in it, and left no error.</summary>
    Ok,

    /// <summary>It left an error.</summary>
    Failed,

    /// <summary>It was stopped when its time was over.</summary>
    TimedOut,

    /// <summary>It is for another kernel, or the notebook had ended before it.</summary>
    NotRun,
}

/// <summary>Something that a cell showed: one thing in one or more forms.</summary>
/// <param name="Data">The forms by their MIME types, the best one first.</param>
public sealed record SocketNotebookDisplay(IReadOnlyList<KeyValuePair<string, string>> Data)
{
    /// <summary>The forms by their MIME types, the best one first.</summary>
    // PowerShell takes an index into an array; into the list that a collection expression makes it does not.
    public IReadOnlyList<KeyValuePair<string, string>> Data { get; } = Data.ToArray();

    internal SocketNotebookDisplay(string mimeType, string content)
        : this((KeyValuePair<string, string>[])[new(mimeType, content)])
    {
    }

    /// <summary>The MIME type of the best form: text/html, image/svg+xml, application/json.</summary>
    public string MimeType => Data[0].Key;

    /// <summary>The best form.</summary>
    public string Content => Data[0].Value;

    /// <summary>The form that a console shows, or the best one where there is no other.</summary>
    public string Text => Data.FirstOrDefault(static d => d.Key == "text/plain").Value ?? Content;

    /// <inheritdoc/>
    public override string ToString() => $"{MimeType}: {Content.Length} characters";
}

/// <summary>An error that a cell left.</summary>
/// <param name="FullyQualifiedErrorId">PowerShell's id of the error, or the word for what went wrong.</param>
/// <param name="Message">What a person reads.</param>
/// <param name="Traceback">Where it happened, a line each.</param>
/// <param name="Exception">The exception, or null.</param>
/// <param name="ErrorRecord">PowerShell's record of it, or null.</param>
public sealed record SocketNotebookError(string FullyQualifiedErrorId, string Message, IReadOnlyList<string> Traceback, Exception? Exception = null, object? ErrorRecord = null)
{
    /// <summary>Where it happened, a line each.</summary>
    public IReadOnlyList<string> Traceback { get; } = Traceback.ToArray();

    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary>A cell of a notebook and what came of it.</summary>
public sealed class SocketNotebookCell
{
    internal SocketNotebookCell(NotebookCell cell, string? path, int number)
    {
        Cell = cell;
        Path = path;
        Number = number;
    }

    /// <summary>The notebook's file.</summary>
    public string? Path { get; }

    /// <summary>Its place in the notebook, from 1.</summary>
    public int Number { get; }

    /// <summary>Who it is for: pwsh, markdown, mermaid, html, value, or the name of another kernel.</summary>
    public string Kernel => Cell.Kernel;

    /// <summary>Its text.</summary>
    public string Source => Cell.Source;

    /// <summary>How it ended.</summary>
    public SocketNotebookCellStatus Status { get; internal init; } = SocketNotebookCellStatus.NotRun;

    /// <summary>Why it was not run, or where it was cut short; null where nothing is to be said.</summary>
    public string? Reason { get; internal init; }

    /// <summary>What a console would have shown, without colours and without what was displayed.</summary>
    public string Output => Outputs.OfType<NotebookText>().Aggregate(new StringBuilder(), static (all, o) => all.Append(o.Text)).ToString();

    /// <summary>What was displayed: by Out-Display, or because the cell is markdown, mermaid or html.</summary>
    public IReadOnlyList<SocketNotebookDisplay> Displays => Outputs.OfType<NotebookDisplayed>().Select(static o => o.Display).ToArray();

    /// <summary>The errors that it left.</summary>
    public IReadOnlyList<SocketNotebookError> Errors { get; internal init => field = value.ToArray(); } = Array.Empty<SocketNotebookError>();

    /// <summary>How long it ran.</summary>
    public TimeSpan Duration { get; internal init; }

    internal NotebookCell Cell { get; }

    /// <summary>The source as HTML with its tokens marked, or null.</summary>
    internal string? Highlighted { get; init; }

    /// <summary>All that came out, in its order.</summary>
    internal IReadOnlyList<NotebookOutput> Outputs { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Number} {Kernel}: {Status}";
}

/// <summary>A part of what came out of a cell.</summary>
internal abstract record NotebookOutput;

/// <summary>Text, as on a console.</summary>
internal record NotebookText(string Text) : NotebookOutput;

/// <summary>Text of a console that a page shows as something better.</summary>
internal sealed record NotebookRichText(string Text, SocketNotebookDisplay Display) : NotebookText(Text);

/// <summary>The text of an error, and PowerShell's record of it.</summary>
internal sealed record NotebookErrorText(string Text, object Record) : NotebookText(Text);

/// <summary>Something displayed.</summary>
internal sealed record NotebookDisplayed(SocketNotebookDisplay Display) : NotebookOutput;
