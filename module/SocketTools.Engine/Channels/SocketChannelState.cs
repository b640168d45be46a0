namespace SocketTools;

/// <summary>Where a channel stands, as far as this side knows.</summary>
public enum SocketChannelState
{
    /// <summary>Made by socket(2), nothing more.</summary>
    Unconnected,
    /// <summary>It has an address (bind(2)).</summary>
    Bound,
    /// <summary>It accepts connections (listen(2)).</summary>
    Listening,
    /// <summary>A connect goes on in the background.</summary>
    Connecting,
    /// <summary>Bytes go both ways.</summary>
    Connected,
    /// <summary>This side said that it sends no more (SHUT_WR); it still receives.</summary>
    SendClosed,
    /// <summary>The peer's stream has ended, or this side reads no more (SHUT_RD); it still sends.</summary>
    ReceiveClosed,
    /// <summary>Neither side sends any more.</summary>
    Disconnected,
    /// <summary>Closed: the descriptor is gone.</summary>
    Closed,
}
