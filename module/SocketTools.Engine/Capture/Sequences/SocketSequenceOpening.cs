namespace SocketTools;

/// <summary>How a connection began.</summary>
public enum SocketSequenceOpening
{
    /// <summary>The packets begin in the middle, or it is no connection.</summary>
    NotCaptured,

    /// <summary>SYN, SYN with ACK, ACK (RFC 9293, figure 6).</summary>
    ThreeWayHandshake,

    /// <summary>Both sides sent a SYN before they had the other's (RFC 9293, figure 7).</summary>
    SimultaneousOpen,

    /// <summary>SYN was answered by RST: nothing listened there.</summary>
    Refused,

    /// <summary>SYN was not answered.</summary>
    NoAnswer,

    /// <summary>SYN was answered, but the handshake was not finished.</summary>
    Unfinished,
}
