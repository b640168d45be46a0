using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using SocketTools.Inspection;

namespace SocketTools.Completion;

/// <summary>Offers the states and the protocols of sockets.</summary>
public sealed class ConnectionCompleter : IArgumentCompleter
{
    private static readonly string[] s_protocols = ["tcp", "udp", "raw", "unix", "unixgram", "unixpacket"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        (parameterName == "State" ? SocketStates.Names : s_protocols)
            .Where(n => n.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(static n => new CompletionResult(n));
}
