using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private static long s_connections;
    private static long s_pairs;
    private TransferLog? _transfers;

    /// <summary>The last calls that moved bytes; null before the first one.</summary>
    internal TransferLog? Transfers => _transfers;

    /// <summary>Grows from connection to connection; 0 before it is connected.</summary>
    internal long ConnectionOrder { get; private set; }

    /// <summary>The same for both ends of a socketpair(2); 0 elsewhere.</summary>
    internal long PairNumber { get; private set; }

    /// <summary>Whether bytes run together on this socket; otherwise each message stays by itself.</summary>
    internal bool IsStream => SocketType == System.Net.Sockets.SocketType.Stream;

    /// <summary>The last calls of some channels that moved bytes, or failed to, by time: at most 256 of each channel.</summary>
    /// <param name="channels">Open or closed.</param>
    /// <returns>A receive whose sender is a channel of this process names the sends that its bytes came from.</returns>
    public static IReadOnlyList<SocketTransfer> TraceTransfers(IReadOnlyList<SocketChannel> channels) => TransferTrace.Of(channels);

    /// <summary>How many calls are no longer in the log, because newer ones took their place.</summary>
    public long ForgottenTransfers
    {
        get
        {
            long forgotten = 0;
            _transfers?.Snapshot(out forgotten);
            return forgotten;
        }
    }

    /// <summary>
    /// Notes a call that moved bytes or failed. To be called before the bytes are counted. What only led to a wait (EWOULDBLOCK) and what
    /// left the bytes where they are (MSG_PEEK) moved none and is not noted.
    /// </summary>
    /// <param name="call">Which call.</param>
    /// <param name="requested">Bytes that it was to send, or had room for.</param>
    /// <param name="result">Bytes, or the negative of an errno.</param>
    /// <param name="peer">The address that it was given or gave; null on a connected socket.</param>
    /// <param name="data">Where the bytes are that moved, at its beginning.</param>
    internal void LogTransfer(TransferCall call, int requested, int result, EndPoint? peer, ReadOnlySpan<byte> data = default)
    {
        TransferLog log = TransferLog();
        long offset = !IsStream ? -1 : call.Receives() ? BytesReceived : BytesSent;
        log.Add(call, requested, result, offset, peer);
        if (_recorder is { } recorder)
        {
            Record(recorder, call, result, peer, data);
        }
    }

    /// <summary>Both addresses, as the kernel has them while the channel is open.</summary>
    internal (EndPoint? Local, EndPoint? Remote) Names()
    {
        if (IsOpen && !_handle.IsClosed)
        {
            try
            {
                RememberNames();
            }
            catch (System.ObjectDisposedException)
            {
                // Closed in this moment, and with it the names that it had before.
            }
        }

        return (_local, _remote);
    }

    // The kernel's own: a client of a Unix socket is shown the path that it gave, which may be a relative one.
    private void RememberNames()
    {
        _local = Shown(_calls.LocalEndPoint(_handle)) ?? _local;
        _remote = Shown(_calls.RemoteEndPoint(_handle)) ?? _remote;
    }

    // Before the descriptor goes. A socket of somebody else may be gone already.
    private void KeepTransfers()
    {
        if (_transfers is not null && _foreign is null)
        {
            RememberNames();
            ClosedParties.Add(new TransferParty(this));
        }
    }

    private TransferLog TransferLog() => _transfers ?? Interlocked.CompareExchange(ref _transfers, new TransferLog(), null) ?? _transfers;
}
