namespace SocketTools;

/// <summary>What the kernel's timer of a TCP socket waits for (the Timer column of netstat).</summary>
public enum SocketConnectionTimer
{
    /// <summary>No timer runs.</summary>
    None,
    /// <summary>Data that was not acknowledged is sent again.</summary>
    Retransmit,
    /// <summary>A peer that has been silent is asked whether it is there.</summary>
    KeepAlive,
    /// <summary>The end of TIME_WAIT.</summary>
    TimeWait,
    /// <summary>A peer with a full receive window is asked for its size (RFC 9293, section 3.8.6.1).</summary>
    ZeroWindow,
}
