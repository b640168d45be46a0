using System;
using System.Runtime.InteropServices;
using SocketTools.Inspection;

namespace SocketTools;

/// <summary>struct tcp_info of linux/tcp.h. It only ever grew at its end, so the offsets hold for every kernel and every length.</summary>
internal static class TcpInfoReader
{
    // TCP_INFINITE_SSTHRESH of include/net/tcp.h: slow start has not ended yet.
    private const uint NoThreshold = 0x7FFFFFFF;
    private const int SegmentsInOffset = 140;

    public static SocketTcpInfo Read(ReadOnlySpan<byte> bytes) => new()
    {
        State = Small(bytes, 0) is { } state ? SocketStates.Name(state, stream: true) : null,
        CongestionState = Small(bytes, 1) is { } congestion ? CongestionState(congestion) : null,
        Retransmits = Small(bytes, 2),
        Probes = Small(bytes, 3),
        Backoff = Small(bytes, 4),
        Options = (SocketTcpOptions?)Small(bytes, 5),

        // Bit fields: a compiler fills a byte from the low end where the machine is little-endian, and from the high end else.
        SendWindowScale = Small(bytes, 6) is { } scales ? (BitConverter.IsLittleEndian ? scales & 0xF : scales >> 4) : null,
        ReceiveWindowScale = Small(bytes, 6) is { } again ? (BitConverter.IsLittleEndian ? again >> 4 : again & 0xF) : null,
        DeliveryRateAppLimited = Small(bytes, 7) is { } flags ? (flags & (BitConverter.IsLittleEndian ? 1 : 0x80)) != 0 : null,

        RetransmissionTimeout = Microseconds(Word(bytes, 8)),
        DelayedAckTimeout = Microseconds(Word(bytes, 12)),
        SendMss = Word(bytes, 16),
        ReceiveMss = Word(bytes, 20),
        Unacked = Word(bytes, 24),
        Sacked = Word(bytes, 28),
        Lost = Word(bytes, 32),
        Retrans = Word(bytes, 36),

        // 40 is fackets, which kernels since 4.15 leave at zero; 48 is last_ack_sent, which none ever filled.
        LastDataSent = Since(bytes, 44),
        LastDataReceived = Since(bytes, 52),
        LastAckReceived = Since(bytes, 56),
        PathMtu = Word(bytes, 60),
        ReceiveSlowStartThreshold = Word(bytes, 64),
        RoundTripTime = Microseconds(Word(bytes, 68)),
        RoundTripVariance = Microseconds(Word(bytes, 72)),
        SlowStartThreshold = Word(bytes, 76) is < NoThreshold and var threshold ? threshold : null,
        CongestionWindow = Word(bytes, 80),
        AdvertisedMss = Word(bytes, 84),
        Reordering = Word(bytes, 88),
        ReceiveRoundTripTime = Microseconds(Word(bytes, 92)),
        ReceiveSpace = Word(bytes, 96),
        TotalRetransmits = Word(bytes, 100),
        PacingRate = Rate(bytes, 104),
        MaxPacingRate = Rate(bytes, 112),
        BytesAcked = Long(bytes, 120),
        BytesReceived = Long(bytes, 128),
        SegmentsOut = Word(bytes, 136),
        SegmentsIn = Word(bytes, SegmentsInOffset),
        NotSentBytes = Word(bytes, 144),
        MinRoundTripTime = Word(bytes, 148) is < uint.MaxValue and var shortest ? Microseconds(shortest) : null,
        DataSegmentsIn = Word(bytes, 152),
        DataSegmentsOut = Word(bytes, 156),
        DeliveryRate = Long(bytes, 160),
        BusyTime = Microseconds(Long(bytes, 168)),
        ReceiveWindowLimited = Microseconds(Long(bytes, 176)),
        SendBufferLimited = Microseconds(Long(bytes, 184)),
        Delivered = Word(bytes, 192),
        DeliveredMarked = Word(bytes, 196),
        BytesSent = Long(bytes, 200),
        BytesRetransmitted = Long(bytes, 208),
        DsackDuplicates = Word(bytes, 216),
        ReorderingSeen = Word(bytes, 220),
        OutOfOrderSegments = Word(bytes, 224),
        SendWindow = Word(bytes, 228),
        ReceiveWindow = Word(bytes, 232),
    };

    private static string CongestionState(int state) => state switch
    {
        0 => "Open",
        1 => "Disorder",
        2 => "CWR",
        3 => "Recovery",
        4 => "Loss",
        _ => $"{state}",
    };

    private static int? Small(ReadOnlySpan<byte> bytes, int offset) => offset < bytes.Length ? bytes[offset] : null;

    private static long? Word(ReadOnlySpan<byte> bytes, int offset) =>
        offset + sizeof(uint) <= bytes.Length ? MemoryMarshal.Read<uint>(bytes[offset..]) : null;

    private static long? Long(ReadOnlySpan<byte> bytes, int offset) =>
        offset + sizeof(ulong) <= bytes.Length ? (long)Math.Min(MemoryMarshal.Read<ulong>(bytes[offset..]), long.MaxValue) : null;

    // All bits set mean that there is no limit.
    private static long? Rate(ReadOnlySpan<byte> bytes, int offset) => Long(bytes, offset) is < long.MaxValue and var rate ? rate : null;

    private static TimeSpan? Microseconds(long? count) =>
        count is { } number ? new TimeSpan(Math.Min(number, long.MaxValue / TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond) : null;

    // Milliseconds. A socket that never received a segment has no such time; the kernel then tells how long the machine is up.
    private static TimeSpan? Since(ReadOnlySpan<byte> bytes, int offset) =>
        Word(bytes, offset) is { } number && Word(bytes, SegmentsInOffset) != 0 ? new TimeSpan(number * TimeSpan.TicksPerMillisecond) : null;
}
