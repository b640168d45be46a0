using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the protocols that this system counts for, and the names of its counters with their meanings.</summary>
public sealed class SocketStatisticCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IReadOnlyList<SocketStatistic> all;
        try
        {
            all = SocketStatistics.Read();
        }
        catch (SocketCallException)
        {
            return []; // Nothing to offer; the cmdlet itself says why.
        }

        if (parameterName == "Protocol")
        {
            return all.Select(static s => s.Protocol).Distinct()
                .Where(p => p.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
                .Select(static p => new CompletionResult(p, p, CompletionResultType.ParameterValue, p));
        }

        WildcardPattern[] protocols = fakeBoundParameters["Protocol"] is { } given
            ? [.. LanguagePrimitives.ConvertTo<string[]>(given).Select(static p => WildcardPattern.Get(p, WildcardOptions.IgnoreCase))]
            : [];

        // Its own name first; who begins with the protocol gets both together, as nstat has them.
        return all.Where(s => protocols.Length == 0 || protocols.Any(p => p.IsMatch(s.Protocol)))
            .SelectMany(s => new[] { (Text: s.Name, Statistic: s), (Text: s.KernelName, Statistic: s) })
            .Where(c => c.Text.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase) && (wordToComplete.Length > 0 || c.Text == c.Statistic.Name))
            .DistinctBy(static c => c.Text)
            .Select(static c => new CompletionResult(
                c.Text, c.Text, CompletionResultType.ParameterValue, c.Statistic.Meaning.Length > 0 ? c.Statistic.Meaning : c.Statistic.KernelName));
    }
}
