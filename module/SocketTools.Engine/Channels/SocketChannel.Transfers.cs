using System.Net;
using System.Threading;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private TransferLog? _transfers;

    /// <summary>The last calls that moved bytes; null before the first one.</summary>
    internal TransferLog? Transfers => _transfers;

    /// <summary>Whether bytes run together on this socket; otherwise each message stays by itself.</summary>
    internal bool IsStream => SocketType == System.Net.Sockets.SocketType.Stream;

    /// <summary>
    /// Notes a call that moved bytes or failed. To be called before the bytes are counted. What only led to a wait (EWOULDBLOCK) and what
    /// left the bytes where they are (MSG_PEEK) moved none and is not noted.
    /// </summary>
    /// <param name="call">Which call.</param>
    /// <param name="requested">Bytes that it was to send, or had room for.</param>
    /// <param name="result">Bytes, or the negative of an errno.</param>
    /// <param name="peer">The address that it was given or gave; null on a connected socket.</param>
    internal void LogTransfer(TransferCall call, int requested, int result, EndPoint? peer)
    {
        TransferLog log = _transfers ?? Interlocked.CompareExchange(ref _transfers, new TransferLog(), null) ?? _transfers;
        long offset = !IsStream ? -1 : call.Receives() ? BytesReceived : BytesSent;
        log.Add(call, requested, result, offset, peer);
    }
}
