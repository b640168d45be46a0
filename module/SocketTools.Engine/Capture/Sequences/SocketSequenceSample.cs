namespace SocketTools;

/// <summary>The recordings that ship with the module.</summary>
public enum SocketSequenceSample
{
    /// <summary>Handshake, 'A' to the char server and 'B' back, four-way close, TIME_WAIT.</summary>
    CharServer,

    /// <summary>The same with a server that closes at once: ACK and FIN in one segment.</summary>
    ThreeWayClose,

    /// <summary>The client ends its stream first and reads the answer then.</summary>
    HalfClose,

    /// <summary>Both close at the same time.</summary>
    SimultaneousClose,

    /// <summary>Both connect to each other at the same time.</summary>
    SimultaneousOpen,

    /// <summary>Nothing listens at the port.</summary>
    Refused,

    /// <summary>The server closes with data unread.</summary>
    Reset,

    /// <summary>The first SYN is lost.</summary>
    LostSyn,

    /// <summary>A segment of data is lost.</summary>
    LostData,

    /// <summary>The receiver does not read until its buffer is full.</summary>
    ZeroWindow,

    /// <summary>Nothing is sent for a while, and the client asks whether the server is still there.</summary>
    KeepAlive,

    /// <summary>A question and its answer over UDP.</summary>
    Datagram,

    /// <summary>A datagram to a port where no socket is bound.</summary>
    RefusedDatagram,
}
