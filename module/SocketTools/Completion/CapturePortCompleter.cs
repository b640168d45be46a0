using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Net;

namespace SocketTools.Completion;

/// <summary>Offers the ports of the sockets that this process has, then those of the services, which are found by their names too.</summary>
public sealed class CapturePortCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        IEnumerable<(int Port, string Name)> own = OpenSockets.Listeners.Select(static l => (PortOf(l.LocalEndPoint), $"{l}"))
            .Concat(OpenSockets.Channels.Select(static c => (PortOf(c.LocalEndPoint), $"{c}")));
        IEnumerable<(int Port, string Name)> services = ServiceTable.System.Entries.Where(static e => e.Name is not null)
            .OrderBy(static e => e.Port).Select(static e => ((int)e.Port, $"{e.Name} {e.Port}/{e.Protocol}"));
        foreach (IGrouping<int, string> port in own.Concat(services).Where(static p => p.Port > 0).GroupBy(static p => p.Port, static p => p.Name))
        {
            string number = port.Key.ToString(CultureInfo.InvariantCulture);
            if (number.StartsWith(word, StringComparison.Ordinal) || port.Any(n => n.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            {
                yield return new CompletionResult(number, $"{number} {port.First()}", CompletionResultType.ParameterValue, string.Join(", ", port));
            }
        }
    }

    private static int PortOf(EndPoint? address) => (address as IPEndPoint)?.Port ?? 0;
}
