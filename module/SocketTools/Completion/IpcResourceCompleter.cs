using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the names of IPC resources that exist: semaphores where a semaphore is asked for, else all.</summary>
public sealed class IpcResourceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string start = wordToComplete.Trim('\'', '"');
        bool semaphores = commandName.EndsWith("Semaphore", StringComparison.OrdinalIgnoreCase);
        try
        {
            return IpcResources.List(semaphores ? [IpcResourceKind.Semaphore] : [])
                .Where(r => r.Lifetime == IpcLifetime.Kernel && (!semaphores || r.Interface == IpcResourceInterface.Posix) && r.Name.StartsWith(start, StringComparison.Ordinal))
                .DistinctBy(static r => r.Name)
                .Select(static r => new CompletionResult(Quoted(r.Name), r.Name, CompletionResultType.ParameterValue, $"{r}, {r.Owner}, {r.Mode}"));
        }
        catch (SocketCallException)
        {
            return []; // Not Linux.
        }
    }

    private static string Quoted(string name) => name.All(static c => char.IsLetterOrDigit(c) || c is '/' or '-' or '_' or '.') ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
