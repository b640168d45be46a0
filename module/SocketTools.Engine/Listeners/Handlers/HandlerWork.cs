using System;
using System.Net;

namespace SocketTools;

/// <summary>What a handler is called for.</summary>
internal enum HandlerOccasion
{
    /// <summary>A connection, from its beginning to its end.</summary>
    Connection,
    /// <summary>A client of a line server has come.</summary>
    Connect,
    /// <summary>A line of a client.</summary>
    Line,
    /// <summary>A client of a line server has gone.</summary>
    Disconnect,
    /// <summary>A datagram.</summary>
    Datagram,
}

/// <summary>One call of a handler.</summary>
/// <param name="Client">The connection; for a datagram the listener's own socket.</param>
/// <param name="Occasion">Why.</param>
/// <param name="Item">The line or the datagram, or null.</param>
/// <param name="Done">Called once, on the worker's thread, when the handler has ended in whatever way; true when it ended with an error.</param>
internal sealed record HandlerWork(SocketChannel Client, HandlerOccasion Occasion, object? Item, Action<HandlerWork, bool> Done)
{
    /// <summary>Whom a datagram came from; null for everything else.</summary>
    public EndPoint? Sender => (Item as SocketDatagram)?.RemoteEndPoint;
}
