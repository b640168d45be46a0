using System;
using System.Net;

namespace SocketTools;

/// <summary>A connection of a listener, for its events.</summary>
public sealed class ConnectionEventArgs(SocketListener listener, SocketChannel channel, Exception? error = null) : EventArgs
{
    /// <summary>The listener.</summary>
    public SocketListener Listener { get; } = listener;

    /// <summary>The connection; closed already when ConnectionClosed is raised.</summary>
    public SocketChannel Channel { get; } = channel;

    /// <summary>The peer; null for one without a name.</summary>
    public EndPoint? Client => Channel.RemoteEndPoint;

    /// <summary>Why the handler failed; null for the other events.</summary>
    public Exception? Error { get; } = error;
}
