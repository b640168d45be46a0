namespace SocketTools;

/// <summary>Where a capture stands.</summary>
public enum SocketCaptureState
{
    /// <summary>Packets are taken.</summary>
    Running,
    /// <summary>The interface went down or away: no more packets come. What came before is there.</summary>
    Failed,
    /// <summary>It was stopped.</summary>
    Stopped,
}
