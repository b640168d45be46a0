using System;
using System.Net;

namespace SocketTools;

/// <summary>Where a handler wrote something.</summary>
public enum ListenerStream
{
    /// <summary>Its output.</summary>
    Output,
    /// <summary>Errors.</summary>
    Error,
    /// <summary>Warnings.</summary>
    Warning,
    /// <summary>Verbose messages.</summary>
    Verbose,
    /// <summary>Debug messages.</summary>
    Debug,
    /// <summary>Information, Write-Host among it.</summary>
    Information,
}

/// <summary>Something that a handler wrote.</summary>
/// <param name="Time">When.</param>
/// <param name="Client">The peer of its connection; null for one without a name, and for what no connection caused.</param>
/// <param name="Descriptor">The connection's descriptor; -1 for what no connection caused.</param>
/// <param name="Stream">Where it was written.</param>
/// <param name="Value">What was written, in the host's own form.</param>
public sealed record ListenerRecord(DateTimeOffset Time, EndPoint? Client, int Descriptor, ListenerStream Stream, object? Value);
