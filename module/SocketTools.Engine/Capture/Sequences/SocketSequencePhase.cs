namespace SocketTools;

/// <summary>The part of a connection's life that a step belongs to.</summary>
public enum SocketSequencePhase
{
    /// <summary>Data and its acknowledgments. Datagrams are all of this phase.</summary>
    Data,

    /// <summary>The connection is being made.</summary>
    Handshake,

    /// <summary>One side has ended its stream, the other one still sends.</summary>
    HalfClose,

    /// <summary>A side ends its stream with FIN, and the other one acknowledges it.</summary>
    Close,

    /// <summary>RST ended or refused the connection; and what came after that.</summary>
    Reset,
}
