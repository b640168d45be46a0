using System.Net;

namespace SocketTools.Transfers;

/// <summary>One call as the ring keeps it.</summary>
internal struct TransferEntry
{
    /// <summary>On the clock of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Ticks;

    /// <summary>Bytes of the stream before the call; on a socket that keeps boundaries, messages before it.</summary>
    public long Offset;

    /// <summary>Where a datagram went to or came from; null where the socket is connected.</summary>
    public EndPoint? Peer;

    /// <summary>From 1, by direction.</summary>
    public long Number;
    public int Requested;

    /// <summary>Bytes, or the negative of an <see cref="Errno"/>.</summary>
    public int Result;
    public TransferCall Call;
}
