using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the names and the protocols of the services table.</summary>
public sealed class ServiceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string start = wordToComplete.Trim('\'', '"');
        return parameterName == "Protocol"
            ? ServiceTable.System.Entries.Select(static e => e.Protocol!).Distinct().Where(p => Begins(p, start)).OrderBy(static p => p != "tcp").ThenBy(static p => p != "udp")
                .Select(static p => new CompletionResult(p))
            : ServiceTable.System.Entries.Where(e => Begins(e.Name!, start)).OrderBy(static e => e.Name, StringComparer.Ordinal).GroupBy(static e => e.Name!)
                .Select(static g => new CompletionResult(g.Key, g.Key, CompletionResultType.ParameterValue, string.Join(", ", g)));
    }

    private static bool Begins(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
