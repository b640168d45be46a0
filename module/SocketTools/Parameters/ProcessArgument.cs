using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace SocketTools;

/// <summary>
/// Whatever a person gives for a process: its number, a Process, or an object that has the number as its property ProcessId or Id, such as a row of
/// Get-SocketConnection. Binding never fails.
/// </summary>
public sealed class ProcessArgument
{
    /// <summary>Keeps what was given.</summary>
    public ProcessArgument(object value) => Value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>What was given.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string? ToString() => Value.ToString();

    internal int ToId() => Value switch
    {
        Process process => Living(process),
        string text => Number(text),
        IConvertible number => Number(string.Create(CultureInfo.InvariantCulture, $"{number}")),
        _ => Property("ProcessId") ?? Property("Id") ?? throw None(),
    };

    /// <summary>The name with the number, or the number alone.</summary>
    internal static string Describe(int id)
    {
        string number = id.ToString(CultureInfo.InvariantCulture);
        try
        {
            using Process process = Process.GetProcessById(id);
            return process.ProcessName is { Length: > 0 } name ? $"{name} ({number})" : number;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return number;
        }
    }

    // The number of a process that has ended may be that of another by now.
    private static int Living(Process process)
    {
        try
        {
            return process.HasExited
                ? throw new SocketCallException("kill", Errno.ESRCH, process, "The process has ended") { Advice = "Get-Process lists those that run." }
                : process.Id;
        }
        catch (InvalidOperationException e)
        {
            throw new SocketCallException("kill", Errno.ESRCH, process, "No process belongs to this object", e);
        }
    }

    private int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int id) ? id : throw None();

    private int? Property(string name) => PSObject.AsPSObject(Value).Properties[name]?.Value is { } value && LanguagePrimitives.TryConvertTo(value, out int id) ? id : null;

    private SocketCallException None() => new("kill", Errno.EINVAL, Value, "That is no process")
    {
        Advice = "Give the number of a process, or pipe a Process object: Get-Process name | Send-IpcSignal TERM.",
    };
}
