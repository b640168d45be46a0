using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the signals of this system, without SIG unless that was typed.</summary>
public sealed class IpcSignalCompleter : IArgumentCompleter
{
    // What people send and catch, first.
    private static readonly string[] s_common = ["SIGUSR1", "SIGUSR2", "SIGTERM", "SIGHUP", "SIGINT", "SIGKILL", "SIGSTOP", "SIGCONT"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string start = wordToComplete.Trim('\'', '"');
        int prefix = start.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? 0 : 3;
        bool sends = commandName.StartsWith("Send", StringComparison.OrdinalIgnoreCase);
        return IpcSignalTable.All
            .Where(s => s.Name[prefix..].StartsWith(start, StringComparison.OrdinalIgnoreCase) && (sends || s.Name is not ("SIGKILL" or "SIGSTOP")))
            .OrderBy(static s => Array.IndexOf(s_common, s.Name) is >= 0 and var index ? index : int.MaxValue)
            .ThenBy(static s => s.Number)
            .Select(s => new CompletionResult(s.Name[prefix..], s.Name[prefix..], CompletionResultType.ParameterValue, $"{s.Name} ({s.Number}): {s.Meaning}"));
    }
}
