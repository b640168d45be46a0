namespace SocketTools;

/// <summary>Whether packets pass through an interface.</summary>
public enum SocketInterfaceState
{
    /// <summary>The system does not tell.</summary>
    Unknown,
    /// <summary>It is up, and what is below it works: on Linux IFF_UP and IFF_RUNNING.</summary>
    Up,
    /// <summary>It is down, or nothing is plugged in.</summary>
    Down,
}
