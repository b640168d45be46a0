namespace SocketTools;

/// <summary>Where an <see cref="IpcChannel"/> stands.</summary>
public enum IpcChannelState
{
    /// <summary>Bytes go through it.</summary>
    Open,
    /// <summary>The other side is gone: reading gave the end of the stream, or writing gave EPIPE.</summary>
    Ended,
    /// <summary>Closed on this side.</summary>
    Closed,
}
