using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the service names, and the well-known range; numbers are found by their digits.</summary>
public sealed class PortCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        string protocol = fakeBoundParameters["Target"] is { } target && $"{target}".StartsWith("udp", StringComparison.OrdinalIgnoreCase) ? "udp" : "tcp";
        if ("1-1023".StartsWith(word, StringComparison.Ordinal))
        {
            yield return new CompletionResult("1-1023", "1-1023", CompletionResultType.ParameterValue, "the well-known ports");
        }

        foreach (ServiceEntry entry in ServiceTable.System.Entries.Where(e => e.Protocol == protocol).OrderBy(static e => e.Name, StringComparer.Ordinal))
        {
            string number = entry.Port.ToString(CultureInfo.InvariantCulture);
            string name = entry.Name ?? number;
            bool byNumber = word.Length > 0 && number.StartsWith(word, StringComparison.Ordinal);
            if (byNumber || name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                string text = byNumber ? number : name;
                yield return new CompletionResult(text, text, CompletionResultType.ParameterValue, $"{name} {number}/{protocol}");
            }
        }
    }
}
