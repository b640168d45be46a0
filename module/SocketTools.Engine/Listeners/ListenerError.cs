using System;
using System.Net;

namespace SocketTools;

/// <summary>Something that went wrong on a listener.</summary>
/// <param name="Time">When.</param>
/// <param name="Client">The peer of the connection; null where the listener itself failed, or where the peer has no name.</param>
/// <param name="Descriptor">The connection's descriptor; -1 where the listener itself failed.</param>
/// <param name="Exception">What.</param>
/// <param name="Record">What the handler's host knows more: in PowerShell the error record. Null elsewhere.</param>
public sealed record ListenerError(DateTimeOffset Time, EndPoint? Client, int Descriptor, Exception Exception, object? Record)
{
    /// <inheritdoc/>
    public override string ToString() => Record?.ToString() ?? Exception.Message;
}
