using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the names of the well-known options.</summary>
public sealed class SocketOptionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SocketOptionTable.Rows
            .Where(r => r.Option.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase) || r.Key.Name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(static r => r.Option)
            .Select(static r => new CompletionResult(r.Option, r.Option, CompletionResultType.ParameterValue, $"{r.Key.LevelName} {r.Key.Name}"));
}
