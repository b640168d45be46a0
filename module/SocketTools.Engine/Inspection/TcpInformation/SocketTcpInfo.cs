using System;

namespace SocketTools;

/// <summary>
/// What the kernel knows of one end of a TCP connection: TCP_INFO of tcp(7), struct tcp_info of linux/tcp.h. Each kernel tells as many fields as it
/// knows; those that it does not know are null.
/// </summary>
/// <remarks>A snapshot that does not change. Segments are counted, not bytes, unless a name or a summary says bytes.</remarks>
public sealed record SocketTcpInfo
{
    /// <summary>The channel that was asked; null when the bytes came from elsewhere.</summary>
    public SocketChannel? Channel { get; init; }

    /// <summary>The connection of the machine that was asked about; null when a channel was.</summary>
    public SocketConnection? Connection { get; init; }

    /// <summary>LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT or CLOSED (RFC 9293).</summary>
    public string? State { get; init; }

    /// <summary>The algorithm of congestion control (TCP_CONGESTION), such as cubic.</summary>
    public string? CongestionAlgorithm { get; init; }

    /// <summary>Open, Disorder, CWR (the window was reduced), Recovery (fast retransmit) or Loss (after a timeout).</summary>
    public string? CongestionState { get; init; }

    /// <summary>What both ends agreed on.</summary>
    public SocketTcpOptions? Options { get; init; }

    /// <summary>Shift of the windows that the peer advertises (RFC 7323).</summary>
    public int? SendWindowScale { get; init; }

    /// <summary>Shift of the windows that are advertised to the peer.</summary>
    public int? ReceiveWindowScale { get; init; }

    /// <summary>Smoothed round trip time (RFC 6298); zero before the first sample.</summary>
    public TimeSpan? RoundTripTime { get; init; }

    /// <summary>Mean deviation of the round trip time.</summary>
    public TimeSpan? RoundTripVariance { get; init; }

    /// <summary>Shortest round trip time of late; null also before the first sample.</summary>
    public TimeSpan? MinRoundTripTime { get; init; }

    /// <summary>Round trip time as the receiving side estimates it; zero without a sample.</summary>
    public TimeSpan? ReceiveRoundTripTime { get; init; }

    /// <summary>How long a segment waits for its acknowledgment before it is sent again (RTO).</summary>
    public TimeSpan? RetransmissionTimeout { get; init; }

    /// <summary>How long an acknowledgment is held back in the hope of data that carries it (ATO).</summary>
    public TimeSpan? DelayedAckTimeout { get; init; }

    /// <summary>Timeouts without an acknowledgment in a row.</summary>
    public int? Retransmits { get; init; }

    /// <summary>Unanswered probes of a closed window or of keep-alive.</summary>
    public int? Probes { get; init; }

    /// <summary>How often the timeout was doubled.</summary>
    public int? Backoff { get; init; }

    /// <summary>Largest segment to send, in bytes.</summary>
    public long? SendMss { get; init; }

    /// <summary>Segment size that the peer is thought to use, in bytes.</summary>
    public long? ReceiveMss { get; init; }

    /// <summary>Largest segment that was advertised to the peer, in bytes.</summary>
    public long? AdvertisedMss { get; init; }

    /// <summary>Path MTU, in bytes.</summary>
    public long? PathMtu { get; init; }

    /// <summary>Congestion window, in segments.</summary>
    public long? CongestionWindow { get; init; }

    /// <summary>Where slow start ends, in segments; null also as long as there is no threshold.</summary>
    public long? SlowStartThreshold { get; init; }

    /// <summary>Window that the peer advertises, in bytes.</summary>
    public long? SendWindow { get; init; }

    /// <summary>Window that is advertised to the peer, in bytes.</summary>
    public long? ReceiveWindow { get; init; }

    /// <summary>Most that the receive window may grow to now, in bytes.</summary>
    public long? ReceiveSlowStartThreshold { get; init; }

    /// <summary>Space that automatic tuning of the receive buffer aims at, in bytes.</summary>
    public long? ReceiveSpace { get; init; }

    /// <summary>Segments sent and not acknowledged. In LISTEN: connections that wait to be accepted.</summary>
    public long? Unacked { get; init; }

    /// <summary>Segments that were acknowledged selectively. In LISTEN: the backlog.</summary>
    public long? Sacked { get; init; }

    /// <summary>Segments that are taken for lost.</summary>
    public long? Lost { get; init; }

    /// <summary>Segments on the way for another time.</summary>
    public long? Retrans { get; init; }

    /// <summary>Segments sent again since the start.</summary>
    public long? TotalRetransmits { get; init; }

    /// <summary>By how many segments the network is thought to put them out of order.</summary>
    public long? Reordering { get; init; }

    /// <summary>How often segments were seen out of order.</summary>
    public long? ReorderingSeen { get; init; }

    /// <summary>Duplicates that the peer reported (DSACK, RFC 2883).</summary>
    public long? DsackDuplicates { get; init; }

    /// <summary>Segments received out of order.</summary>
    public long? OutOfOrderSegments { get; init; }

    /// <summary>Since data was last sent; since the connection was made, where none was. Null before that: of a listener, and of a socket that is not connected yet.</summary>
    public TimeSpan? LastDataSent { get; init; }

    /// <summary>Since data was last received.</summary>
    public TimeSpan? LastDataReceived { get; init; }

    /// <summary>Since an acknowledgment was last received.</summary>
    public TimeSpan? LastAckReceived { get; init; }

    /// <summary>Data sent, those sent again included, in bytes.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Data sent again, in bytes.</summary>
    public long? BytesRetransmitted { get; init; }

    /// <summary>What the peer acknowledged, in bytes. The SYN and the FIN count as one each.</summary>
    public long? BytesAcked { get; init; }

    /// <summary>Data received in order, in bytes. The FIN counts as one.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Data in the send buffer that was not sent yet, in bytes.</summary>
    public long? NotSentBytes { get; init; }

    /// <summary>Segments sent, with or without data.</summary>
    public long? SegmentsOut { get; init; }

    /// <summary>Segments received, with or without data.</summary>
    public long? SegmentsIn { get; init; }

    /// <summary>Segments with data sent.</summary>
    public long? DataSegmentsOut { get; init; }

    /// <summary>Segments with data received.</summary>
    public long? DataSegmentsIn { get; init; }

    /// <summary>Segments that arrived at the peer, by its acknowledgments.</summary>
    public long? Delivered { get; init; }

    /// <summary>Those of <see cref="Delivered"/> that arrived with a mark of congestion.</summary>
    public long? DeliveredMarked { get; init; }

    /// <summary>The last rate at which segments arrived at the peer, in bytes per second.</summary>
    public long? DeliveryRate { get; init; }

    /// <summary>True when that rate was limited by the program, which gave too little to send.</summary>
    public bool? DeliveryRateAppLimited { get; init; }

    /// <summary>The rate at which segments are sent, in bytes per second; null also where it has no limit.</summary>
    public long? PacingRate { get; init; }

    /// <summary>The limit of <see cref="PacingRate"/> (SO_MAX_PACING_RATE), in bytes per second; null also where there is none.</summary>
    public long? MaxPacingRate { get; init; }

    /// <summary>How long there was data on the way or to be sent.</summary>
    public TimeSpan? BusyTime { get; init; }

    /// <summary>How much of <see cref="BusyTime"/> the peer's window was in the way.</summary>
    public TimeSpan? ReceiveWindowLimited { get; init; }

    /// <summary>How much of <see cref="BusyTime"/> the send buffer was in the way.</summary>
    public TimeSpan? SendBufferLimited { get; init; }

    /// <summary>Reads struct tcp_info as a kernel filled it: any length, in the byte order of this machine.</summary>
    public static SocketTcpInfo Read(ReadOnlySpan<byte> bytes) => TcpInfoReader.Read(bytes);

    /// <inheritdoc/>
    public override string ToString() => $"{State}, rtt {RoundTripTime?.TotalMilliseconds} ms, cwnd {CongestionWindow}";
}
