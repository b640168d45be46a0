using System;

namespace SocketTools;

/// <summary>The control bits of TCP (RFC 9293 section 3.1).</summary>
[Flags]
public enum TcpFlags
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>The sender has no more data.</summary>
    FIN = 0x01,
    /// <summary>Synchronise sequence numbers: the beginning.</summary>
    SYN = 0x02,
    /// <summary>Reset: the connection is gone.</summary>
    RST = 0x04,
    /// <summary>Push: hand it to the application at once.</summary>
    PSH = 0x08,
    /// <summary>The acknowledgment number counts.</summary>
    ACK = 0x10,
    /// <summary>The urgent pointer counts.</summary>
    URG = 0x20,
    /// <summary>The receiver saw congestion (RFC 3168).</summary>
    ECE = 0x40,
    /// <summary>The sender has slowed down (RFC 3168).</summary>
    CWR = 0x80,
}
