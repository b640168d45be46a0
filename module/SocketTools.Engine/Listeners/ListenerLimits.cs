using System;
using System.Threading;

namespace SocketTools;

/// <summary>What peers may do to a listener.</summary>
public sealed record ListenerLimits
{
    /// <summary>No limit but those of the system, and 1 MiB for a line.</summary>
    public static ListenerLimits None { get; } = new();

    /// <summary>Open connections; one more is refused with RST. 0 is no limit.</summary>
    public int MaximumConnections { get; init; }

    /// <summary>A connection on which nothing is sent or received for this long is closed. Infinite is never.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Bytes of a line or record, for receivers that do not say.</summary>
    public int MaximumLength { get; init; } = SocketChannel.DefaultMaximumLength;

    /// <summary>Bytes of a datagram for a handler; the rest of a longer one is dropped, and the datagram says so.</summary>
    public int MaximumDatagram { get; init; } = Calls.DatagramBatch.LargestSize;

    /// <summary>Who may connect, or send; null is everybody.</summary>
    public AddressFilter? Filter { get; init; }
}
