using System;

namespace SocketTools;

/// <summary>What is remarkable about a step, as far as the packets tell.</summary>
[Flags]
public enum SocketSequenceEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The same sequence numbers as before: what was not acknowledged in time is sent again.</summary>
    Retransmission = 1,

    /// <summary>A retransmission that duplicate acknowledgments asked for.</summary>
    FastRetransmission = 1 << 1,

    /// <summary>A retransmission of what had been acknowledged already, as the packets show.</summary>
    SpuriousRetransmission = 1 << 2,

    /// <summary>It fills a gap: it was sent earlier than what was captured before it.</summary>
    OutOfOrder = 1 << 3,

    /// <summary>It begins behind what was captured of this side so far.</summary>
    PreviousNotCaptured = 1 << 4,

    /// <summary>It acknowledges what was not captured.</summary>
    AcknowledgesNotCaptured = 1 << 5,

    /// <summary>The same acknowledgment again, with nothing else: something behind a gap has come.</summary>
    DuplicateAcknowledgment = 1 << 6,

    /// <summary>The sender's buffer is full: the other side must stop.</summary>
    ZeroWindow = 1 << 7,

    /// <summary>It asks whether there is room again after a window of zero.</summary>
    ZeroWindowProbe = 1 << 8,

    /// <summary>It says only that the window is another one now.</summary>
    WindowUpdate = 1 << 9,

    /// <summary>It asks whether the other side is still there: one number below the next one, to be answered with an ACK.</summary>
    KeepAlive = 1 << 10,

    /// <summary>The answer to a keep-alive or to a window probe.</summary>
    KeepAliveAcknowledgment = 1 << 11,

    /// <summary>It had no effect in time: it was lost, or its answer was; the sender sent again.</summary>
    Unanswered = 1 << 12,

    /// <summary>RST in answer to a SYN.</summary>
    Refused = 1 << 13,

    /// <summary>RST that ends the connection.</summary>
    Reset = 1 << 14,

    /// <summary>RST with a number that the receiver does not expect; it does not end the connection (RFC 5961).</summary>
    ResetIgnored = 1 << 15,

    /// <summary>Data in the same segment as the SYN (TCP Fast Open, RFC 7413).</summary>
    DataWithSyn = 1 << 16,

    /// <summary>An ICMP message about a packet of the other side.</summary>
    Icmp = 1 << 17,

    /// <summary>It was still on its way when the other side sent the next one, which does not know of it.</summary>
    Crossing = 1 << 18,
}
