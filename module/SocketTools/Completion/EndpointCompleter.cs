using System;
using System.Buffers;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace SocketTools.Completion;

/// <summary>Offers the endpoints of the open listeners, the schemes, and after <c>host:</c> the service names.</summary>
public sealed class EndpointCompleter : IArgumentCompleter
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("@[]*() '");

    private static readonly (string Text, string Tip)[] s_schemes =
    [
        ("tcp://", "TCP over IPv4 or IPv6: tcp://host:port"),
        ("tcp4://", "TCP over IPv4 only"),
        ("tcp6://", "TCP over IPv6 only: tcp6://[::1]:port"),
        ("unix:", "Unix domain stream: unix:path, unix:@name"),
        ("unixpacket:", "Unix domain SOCK_SEQPACKET"),
        ("udp://", "UDP over IPv4 or IPv6"),
        ("udp4://", "UDP over IPv4 only"),
        ("udp6://", "UDP over IPv6 only"),
        ("unixgram:", "Unix domain datagrams"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        foreach (SocketListener listener in OpenSockets.Listeners)
        {
            string text = listener.ToString();
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                yield return Quoted(text, $"listening, descriptor {listener.Descriptor}");
            }
        }

        foreach ((string text, string tip) in s_schemes)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase) && text.Length > word.Length)
            {
                yield return Quoted(text, tip);
            }
        }

        int colon = word.LastIndexOf(':');
        if (colon <= 0 || word.EndsWith("//", StringComparison.Ordinal) || word.StartsWith("unix", StringComparison.OrdinalIgnoreCase) || word.AsSpan(colon).Contains('/'))
        {
            yield break;
        }

        string protocol = word.StartsWith("udp", StringComparison.OrdinalIgnoreCase) ? "udp" : "tcp";
        string start = word[(colon + 1)..];
        foreach (ServiceEntry entry in ServiceTable.System.Entries.Where(e => e.Protocol == protocol && e.Name!.StartsWith(start, StringComparison.OrdinalIgnoreCase)).OrderBy(static e => e.Name, StringComparer.Ordinal))
        {
            yield return Quoted(word[..(colon + 1)] + entry.Name, $"{entry.Name} {entry.Port}/{entry.Protocol}");
        }
    }

    // @, [ and * mean something to PowerShell's parser where a bare word is typed.
    private static CompletionResult Quoted(string text, string tip) => new(
        text.AsSpan().IndexOfAny(s_special) >= 0 ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : text, text, CompletionResultType.ParameterValue, tip);
}
