using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Net.NetworkInformation;

namespace SocketTools.Completion;

/// <summary>Offers the network interfaces of this machine.</summary>
public sealed class InterfaceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(static i => new CompletionResult(
                i.Name.AsSpan().IndexOfAny(" ()'") >= 0 ? $"'{i.Name.Replace("'", "''", StringComparison.Ordinal)}'" : i.Name, i.Name, CompletionResultType.ParameterValue,
                string.Join(", ", i.GetIPProperties().UnicastAddresses.Select(static a => a.Address.ToString()).Prepend(i.Name))));
}
