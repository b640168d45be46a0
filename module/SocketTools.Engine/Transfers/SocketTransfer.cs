using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools;

/// <summary>Which way bytes went.</summary>
public enum SocketTransferDirection
{
    /// <summary>From this side to the peer.</summary>
    Send,
    /// <summary>From the peer to this side.</summary>
    Receive,
}

/// <summary>A share of what one receive gave: the send that it came from.</summary>
/// <param name="Descriptor">The sender's descriptor.</param>
/// <param name="Number">The number of its send; 0 where that send is not in its log.</param>
/// <param name="Bytes">Bytes of it in this receive.</param>
/// <param name="Of">Bytes that it had sent.</param>
public sealed record SocketTransferPart(int Descriptor, long Number, int Bytes, int Of)
{
    /// <inheritdoc/>
    public override string ToString() => Number == 0 ? $"? ({Bytes})" : Bytes == Of ? $"#{Number}" : $"#{Number} ({Bytes} of {Of})";
}

/// <summary>One call that moved bytes over a channel, or failed to.</summary>
public sealed class SocketTransfer
{
    internal SocketTransfer()
    {
    }

    /// <summary>When it returned.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The channel's descriptor.</summary>
    public int Descriptor => Channel.Descriptor;

    /// <summary>The channel. It may be closed by now.</summary>
    public required SocketChannel Channel { get; init; }

    /// <summary>The channel's protocol.</summary>
    public string Protocol => Channel.Protocol;

    /// <summary>The call by its name in section 2 of the manual: send, recv, sendto.</summary>
    public required string Call { get; init; }

    /// <summary>Which way.</summary>
    public required SocketTransferDirection Direction { get; init; }

    /// <summary>The running number of the call, from 1, in its direction on its channel.</summary>
    public required long Number { get; init; }

    /// <summary>Bytes that it was to send, or had room for.</summary>
    public required int Requested { get; init; }

    /// <summary>Bytes that it moved. A receive of 0 bytes on a connection is its end.</summary>
    public required int Bytes { get; init; }

    /// <summary>Why it failed, or None.</summary>
    public required Errno Errno { get; init; }

    /// <summary>Bytes that had gone this way before; null on a socket that keeps boundaries.</summary>
    public required long? Offset { get; init; }

    /// <summary>Where a datagram went to or came from; null where the call had no address.</summary>
    public required EndPoint? Peer { get; init; }

    /// <summary>Of a receive whose sender is a channel of this process: the sends that its bytes came from.</summary>
    public IReadOnlyList<SocketTransferPart> Parts { get; internal set; } = [];

    /// <summary>Call, number and bytes in a line.</summary>
    public override string ToString() =>
        $"[{Descriptor}] {Call} #{Number}: {(Errno == Errno.None ? $"{Bytes} of {Requested}" : ErrnoTable.Name(Errno))}{(Parts.Count == 0 ? "" : $" from {string.Join(' ', Parts)}")}";
}
