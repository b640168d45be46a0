using System;
using SocketTools.Inspection;

namespace SocketTools;

/// <summary>What happened to a socket between two looks.</summary>
public enum SocketConnectionChangeKind
{
    /// <summary>It is new.</summary>
    Opened,
    /// <summary>Its state is another one.</summary>
    Changed,
    /// <summary>It is gone.</summary>
    Closed,
}

/// <summary>A change of a socket of this machine.</summary>
/// <param name="Time">When it was seen.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Before">Its state before; null where it is new.</param>
/// <param name="Connection">The socket as it is now; of one that is gone as it was last seen.</param>
public sealed record SocketConnectionChange(DateTimeOffset Time, SocketConnectionChangeKind Kind, string? Before, SocketConnection Connection)
{
    /// <summary>The state now; null where it is gone.</summary>
    public string? State => Kind == SocketConnectionChangeKind.Closed ? null : Connection.State;

    /// <summary>The process that holds it, or held it last; null where none was seen.</summary>
    public int? ProcessId => Holder?.ProcessId;

    /// <summary>The name of that process.</summary>
    public string? ProcessName => Holder?.ProcessName;

    internal SocketOwner? Holder { get; init; }
}
