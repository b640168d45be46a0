using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the properties of a measurement: the numbers for -Value, the others for what names a bar.</summary>
public sealed class ChartPropertyCompleter : IArgumentCompleter
{
    private static readonly string[] s_values =
    [
        nameof(IpcMeasurement.MedianLatencyMicroseconds),
        nameof(IpcMeasurement.MinimumLatencyMicroseconds),
        nameof(IpcMeasurement.P99LatencyMicroseconds),
        nameof(IpcMeasurement.ThroughputBytesPerSecond),
        nameof(IpcMeasurement.MessagesPerSecond),
    ];

    private static readonly string[] s_names = [nameof(IpcMeasurement.Mechanism), nameof(IpcMeasurement.MessageSize), nameof(IpcMeasurement.Pinned)];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        (parameterName == "Value" ? s_values : s_names)
            .Where(n => n.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(static n => new CompletionResult(n));
}
