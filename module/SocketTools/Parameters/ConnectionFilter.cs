using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using SocketTools.Inspection;

namespace SocketTools;

/// <summary>Which sockets of the machine a person wants to see: every word given must fit, of each parameter one of its words.</summary>
internal sealed class ConnectionFilter
{
    private readonly WildcardPattern[] _protocols;
    private readonly Dictionary<string, bool> _wanted = [];
    private readonly HashSet<string> _states;
    private readonly int[] _localPorts;
    private readonly int[] _remotePorts;
    private readonly WildcardPattern[] _processes;
    private readonly WildcardPattern[] _paths;

    /// <exception cref="SocketCallException">EINVAL: a state that is none.</exception>
    public ConnectionFilter(string[] protocols, string[] states, bool listening, int[] localPorts, int[] remotePorts, string[] processes, string[] paths)
    {
        _protocols = Patterns(protocols);
        _states = [.. states.Select(Known)];
        if (listening)
        {
            // A socket of datagrams without a peer takes what comes to it, so netstat -l and ss -l show it too.
            _states.UnionWith(["LISTEN", "UNCONN"]);
        }

        _localPorts = localPorts;
        _remotePorts = remotePorts;
        _processes = Patterns(processes);
        _paths = Patterns(paths);
    }

    /// <summary>What the kernel can choose by itself.</summary>
    public ConnectionQuery Query => new(
        Tcp: Wants("tcp") && _paths.Length == 0,
        Udp: Wants("udp") && _paths.Length == 0,
        Raw: Wants("raw") && _paths.Length == 0,
        Unix: (Wants("unix") || Wants("unixgram") || Wants("unixpacket")) && _localPorts.Length + _remotePorts.Length == 0,
        States: _states.Count == 0 ? uint.MaxValue : _states.Aggregate(0u, static (bits, state) => bits | SocketStates.Bits(state)),
        LocalPort: _localPorts.Length == 1 ? _localPorts[0] : 0,
        RemotePort: _remotePorts.Length == 1 ? _remotePorts[0] : 0);

    public bool Admits(SocketConnection connection) => AdmitsState(connection.State) && AdmitsEnds(connection) && (_processes.Length == 0 || AdmitsOwner(connection.Owner));

    /// <summary>The same of a change: the state before counts as well as that after it, and who held a socket that is gone.</summary>
    public bool Admits(SocketConnectionChange change) =>
        (AdmitsState(change.Connection.State) || (change.Before is { } before && AdmitsState(before))) && AdmitsEnds(change.Connection) && AdmitsOwner(change.Holder);

    private bool AdmitsState(string state) => _states.Count == 0 || _states.Contains(state);

    private bool AdmitsEnds(SocketConnection connection) =>
        Wants(connection.Protocol)
        && (_localPorts.Length == 0 || _localPorts.Contains(connection.LocalPort))
        && (_remotePorts.Length == 0 || _remotePorts.Contains(connection.RemotePort))
        && (_paths.Length == 0 || IsAny(_paths, connection.Path));

    private static bool IsAny(WildcardPattern[] patterns, string? text) => text is not null && Array.Exists(patterns, p => p.IsMatch(text));

    // Any of those who share it.
    private bool AdmitsOwner(SocketOwner? owner)
    {
        if (_processes.Length == 0)
        {
            return true;
        }

        for (; owner is not null; owner = owner.Next)
        {
            string id = owner.ProcessId.ToString(CultureInfo.InvariantCulture);
            if (_processes.Any(p => p.IsMatch(owner.ProcessName) || p.IsMatch(id)))
            {
                return true;
            }
        }

        return false;
    }

    // The same few words again and again: each is matched once.
    private bool Wants(string protocol)
    {
        if (_protocols.Length == 0)
        {
            return true;
        }

        if (!_wanted.TryGetValue(protocol, out bool wanted))
        {
            wanted = _wanted[protocol] = IsAny(_protocols, protocol);
        }

        return wanted;
    }

    private static WildcardPattern[] Patterns(string[] texts) => [.. texts.Select(static t => WildcardPattern.Get(t, WildcardOptions.IgnoreCase))];

    // FIN-WAIT-1 and TIME-WAIT are the spelling of the RFC, FIN_WAIT1 and ESTAB those of netstat and ss.
    private static string Known(string text)
    {
        string plain = text.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        plain = plain switch { "ESTAB" => "ESTABLISHED", "SYNRECV" => "SYNRECEIVED", "CLOSE" => "CLOSED", "LISTENING" => "LISTEN", "CONNECTED" => "ESTABLISHED", _ => plain };
        return SocketStates.Names.FirstOrDefault(n => n.Replace("_", "", StringComparison.Ordinal) == plain)
            ?? throw new SocketCallException("sock_diag", Errno.EINVAL, text, $"'{text}' is no state of a socket") { Advice = $"Give one of {string.Join(", ", SocketStates.Names)}." };
    }
}
