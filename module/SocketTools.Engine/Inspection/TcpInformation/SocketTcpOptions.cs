using System;

namespace SocketTools;

/// <summary>What both ends of a TCP connection agreed on, as TCP_INFO tells it (TCPI_OPT_… in linux/tcp.h).</summary>
[Flags]
public enum SocketTcpOptions
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Timestamps in each segment (RFC 7323).</summary>
    Timestamps = 1,

    /// <summary>Selective acknowledgments (RFC 2018).</summary>
    Sack = 2,

    /// <summary>Window scaling (RFC 7323).</summary>
    WindowScale = 4,

    /// <summary>Explicit congestion notification was negotiated (RFC 3168).</summary>
    Ecn = 8,

    /// <summary>A segment with an ECN mark was received.</summary>
    EcnSeen = 16,

    /// <summary>Data in the SYN was acknowledged by the SYN-ACK (TCP Fast Open, RFC 7413).</summary>
    SynData = 32,

    /// <summary>Timestamps count microseconds.</summary>
    MicrosecondTimestamps = 64,

    /// <summary>The connection was accepted with data in its SYN (TCP Fast Open).</summary>
    FastOpenChild = 128,
}
