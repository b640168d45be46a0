using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the network interfaces of this machine, and the word for all of them.</summary>
public sealed class CaptureInterfaceCompleter : IArgumentCompleter
{
    private readonly InterfaceCompleter _interfaces = new();

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        _interfaces.CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters)
            .Concat(new[] { SocketCaptureOptions.AnyInterface }
                .Where(a => a.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
                .Select(static a => new CompletionResult(a, a, CompletionResultType.ParameterValue, "all interfaces")));
}
