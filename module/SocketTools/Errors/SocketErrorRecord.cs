using System;
using System.Management.Automation;

namespace SocketTools.Errors;

/// <summary>The one place where an error of the engine becomes an error record.</summary>
internal static class SocketErrorRecord
{
    /// <summary>A record whose id begins with the errno name; PowerShell adds the cmdlet.</summary>
    public static ErrorRecord From(SocketCallException error, object? target)
    {
        ErrnoTable.Row row = ErrnoTable.Get(error.Errno);
        return new ErrorRecord(error, error.ErrnoName, Enum.Parse<ErrorCategory>(row.Category), target ?? error.Target)
        {
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = error.Advice },
        };
    }
}
