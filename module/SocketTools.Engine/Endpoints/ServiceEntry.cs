using System.Collections.Generic;

namespace SocketTools;

/// <summary>One line of the services table (services(5)), or a port that has none.</summary>
/// <param name="Name">Official name; null for a port without an entry.</param>
/// <param name="Port">Port, 0 to 65535, in host order.</param>
/// <param name="Protocol">tcp, udp, sctp …; null where none was asked for, and no entry tells.</param>
/// <param name="Aliases">Other names.</param>
public sealed record ServiceEntry(string? Name, int Port, string? Protocol, IReadOnlyList<string> Aliases)
{
    /// <summary>Which of the three ranges of IANA the port is in.</summary>
    public SocketPortKind Range => Port < 1024 ? SocketPortKind.WellKnown : Port < 49152 ? SocketPortKind.Registered : SocketPortKind.Dynamic;

    /// <summary>Whether this system may give the port to a client that asked for none (its ephemeral range), as it was when the entry was looked up.</summary>
    public bool Ephemeral { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name ?? "-"} {Port}/{Protocol ?? "*"}";
}
