using System;

namespace SocketTools;

/// <summary>How fast a mechanism carried messages of one size between two processes.</summary>
/// <param name="Mechanism">What carried them.</param>
/// <param name="MessageSize">Bytes in a message. An eventfd always carries 8.</param>
/// <param name="MinimumLatencyMicroseconds">The shortest round trip: a message there, and one of the same size back.</param>
/// <param name="MedianLatencyMicroseconds">Half of the round trips were shorter.</param>
/// <param name="P99LatencyMicroseconds">99 of 100 round trips were shorter.</param>
/// <param name="ThroughputBytesPerSecond">Bytes one way in a second, until the receiver had all: the median of the repeats.</param>
/// <param name="LatencySpread">How far the medians of the repeats are apart, as a part of the median: 0.1 is 10 percent. Much says that something else was running.</param>
/// <param name="ThroughputSpread">The same of the throughput.</param>
/// <param name="Repeats">How often both were measured.</param>
/// <param name="RoundTrips">How many round trips were timed in all.</param>
/// <param name="Messages">How many messages were sent one way in all.</param>
/// <param name="Pinned">Whether each process was kept on a processor of its own; else the system moved them as it liked.</param>
/// <param name="ProcessorCount">How many processors the processes may use. With 1 they take turns, and every figure has a switch in it.</param>
[Formatting.TypeFormatterSource]
public sealed record IpcMeasurement(
    IpcMechanism Mechanism,
    int MessageSize,
    double MinimumLatencyMicroseconds,
    double MedianLatencyMicroseconds,
    double P99LatencyMicroseconds,
    double ThroughputBytesPerSecond,
    double LatencySpread,
    double ThroughputSpread,
    int Repeats,
    long RoundTrips,
    long Messages,
    bool Pinned,
    int ProcessorCount)
{
    /// <summary>Messages one way in a second.</summary>
    public double MessagesPerSecond => ThroughputBytesPerSecond / MessageSize;

    /// <summary>The mechanism and its times, in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Mechanism} {MessageSize} bytes: {MedianLatencyMicroseconds:0.##} us, {ThroughputBytesPerSecond / 1e6:0} MB/s");
}
