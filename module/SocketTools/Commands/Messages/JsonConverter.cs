using System;
using System.Collections;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Objects as JSON and back, by PowerShell's own cmdlets, so that it is the JSON that everybody there knows.</summary>
internal sealed class JsonConverter(CommandInvocationIntrinsics invoker, Action<string> warn)
{
    // By their full names: an alias or a function of the user does not come between. The result is a property, because the elements of an
    // array would come out one by one. An error is told once, by the cmdlet; what is caught here does not stay in $Error.
    private const string Try = "param($value, $depth) try { @{ Result = Microsoft.PowerShell.Utility\\";
    private const string Catch = " -ErrorAction Stop -WarningAction SilentlyContinue -WarningVariable warning; Warning = \"$warning\" } } catch { if ($global:Error.Count) { $global:Error.RemoveAt(0) }; @{ Failure = $_.Exception } }";

    private ScriptBlock? _write;
    private ScriptBlock? _read;

    /// <summary>One line of JSON.</summary>
    /// <exception cref="SocketCallException">EINVAL: the object has none.</exception>
    public string Write(object? value, int depth)
    {
        Hashtable outcome = Run(_write ??= ScriptBlock.Create(Try + "ConvertTo-Json -InputObject $value -Depth $depth -Compress" + Catch), value, depth);
        return Bare(outcome["Failure"]) is Exception failure
            ? throw new SocketCallException("json", Errno.EINVAL, null, failure.Message.TrimEnd('.'), failure) { Advice = "Send what can be written as JSON." }
            : (string)Bare(outcome["Result"])!;
    }

    /// <summary>The one value that a text stands for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value, which may be null.</param>
    /// <returns>Why it is no JSON; null when it is.</returns>
    public Exception? Read(string text, out object? value)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return new FormatException("There is no JSON in an empty message."); // ConvertFrom-Json would say nothing.
        }

        Hashtable outcome = Run(_read ??= ScriptBlock.Create(Try + "ConvertFrom-Json -InputObject $value -NoEnumerate" + Catch), text);
        value = outcome["Result"];
        return Bare(outcome["Failure"]) as Exception;
    }

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private Hashtable Run(ScriptBlock script, params object?[] arguments)
    {
        Hashtable outcome = (Hashtable)invoker.InvokeScript(useLocalScope: true, script, null, arguments)[0].BaseObject;
        if (Bare(outcome["Warning"]) is string { Length: > 0 } warning)
        {
            warn(warning);
        }

        return outcome;
    }
}
