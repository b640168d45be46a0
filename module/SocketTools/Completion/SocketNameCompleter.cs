using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the names that socket(2) takes.</summary>
public sealed class SocketNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IEnumerable<string> names = parameterName switch
        {
            // Names have addresses of the Internet only.
            "AddressFamily" when commandName.StartsWith("Resolve-", StringComparison.OrdinalIgnoreCase) => ["AF_INET", "AF_INET6", "AF_UNSPEC"],
            "AddressFamily" => SocketNames.Families,
            "SocketType" => SocketNames.Types,
            _ => SocketNames.Protocols,
        };
        foreach (string name in names)
        {
            // INET finds AF_INET.
            if (name.Contains(wordToComplete, StringComparison.OrdinalIgnoreCase))
            {
                yield return new CompletionResult(name);
            }
        }
    }
}
