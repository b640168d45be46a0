namespace SocketTools;

/// <summary>How a connection ended.</summary>
public enum SocketSequenceClosing
{
    /// <summary>The packets end before it does, or it is no connection.</summary>
    NotCaptured,

    /// <summary>FIN, ACK, FIN, ACK (RFC 9293, figure 12).</summary>
    FourWay,

    /// <summary>FIN, FIN with the ACK of the first one, ACK.</summary>
    ThreeWay,

    /// <summary>Both sides sent a FIN before they had the other's (RFC 9293, figure 13).</summary>
    Simultaneous,

    /// <summary>One side has ended its stream, the other one has not.</summary>
    HalfClose,

    /// <summary>RST ended it.</summary>
    Reset,
}
