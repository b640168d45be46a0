using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace SocketTools.Notebooks;

/// <summary>Errors of cells, in the form that a document keeps.</summary>
internal static class CellErrors
{
    /// <summary>A record as the console shows it. On the notebook's thread.</summary>
    public static string Shown(NotebookSession session, ErrorRecord record)
    {
        try
        {
            return string.Concat(session.Call("param($record) $record | Microsoft.PowerShell.Utility\\Out-String -Width 100", ("record", record)).Select(static o => o?.ToString())).TrimEnd() + "\n";
        }
        catch (RuntimeException)
        {
            return record + "\n"; // The notebook took the command away.
        }
    }

    /// <summary>An entry of $Error: a record, or what was thrown.</summary>
    public static SocketNotebookError From(NotebookSession session, object entry)
    {
        object bare = entry is PSObject wrapped ? wrapped.BaseObject : entry;
        ErrorRecord? record = bare as ErrorRecord ?? (bare as IContainsErrorRecord)?.ErrorRecord;
        if (record is null)
        {
            return bare is Exception e ? From(e) : From(bare.ToString() ?? "");
        }

        return new SocketNotebookError(record.FullyQualifiedErrorId, record.ToString(), Lines(Shown(session, record)), record.Exception, record);
    }

    /// <summary>What the runner itself met.</summary>
    public static SocketNotebookError From(Exception exception) => exception switch
    {
        SocketCallException e => new(e.ErrnoName, e.Message, [e.Message], e),
        IContainsErrorRecord { ErrorRecord: { } record } => new(record.FullyQualifiedErrorId, record.ToString(), [record.ToString()], exception, record),
        _ => new(exception.GetType().Name, exception.Message, [exception.Message], exception),
    };

    /// <summary>An error without an exception.</summary>
    public static SocketNotebookError From(string message) => new("EINVAL", message, [message]);

    /// <summary>The error of a cell that failed or was stopped, for who runs the notebook.</summary>
    public static SocketCallException Failure(SocketNotebookCell cell, string path)
    {
        bool late = cell.Status == SocketNotebookCellStatus.TimedOut;
        string why = late ? cell.Reason! : cell.Errors[0].Message;
        return new SocketCallException("run", late ? Errno.ETIMEDOUT : Errno.ECANCELED, path, $"Cell {cell.Number}: {why.TrimEnd('.')}")
        {
            Advice = late ? "Raise -TimeoutSeconds, or give the waiting command a time limit of its own." : "Look at the Errors and the Source of the cell. -ContinueOnError runs the others.",
        };
    }

    /// <summary>Whether two records tell the same error: throw makes a second one of it.</summary>
    public static bool IsSame(object entry, ErrorRecord record)
    {
        object bare = entry is PSObject wrapped ? wrapped.BaseObject : entry;
        ErrorRecord? other = bare as ErrorRecord ?? (bare as IContainsErrorRecord)?.ErrorRecord;
        return other is not null && (ReferenceEquals(other, record) || ReferenceEquals(other.Exception, record.Exception));
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(static l => l.TrimEnd('\r')).SkipWhile(string.IsNullOrEmpty).Reverse().SkipWhile(string.IsNullOrEmpty).Reverse()];
}
