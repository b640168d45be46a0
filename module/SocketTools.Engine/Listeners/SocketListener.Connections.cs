using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

public sealed partial class SocketListener
{
    /// <summary>How many errors <see cref="Errors"/> keeps; older ones go. A client must not be able to fill the memory.</summary>
    public const int KeptErrors = 1000;

    private readonly ConcurrentDictionary<SocketChannel, byte> _connections = new();
    private readonly ConcurrentQueue<ListenerError> _errors = new();
    private long _refused;
    private long _errorCount;
    private long _closedReceived;
    private long _closedSent;

    /// <summary>A connection was accepted. Raised on the thread that accepted it.</summary>
    public event EventHandler<ConnectionEventArgs>? ConnectionAccepted;

    /// <summary>An accepted connection was closed, by whichever side. Raised on the thread that closed it.</summary>
    public event EventHandler<ConnectionEventArgs>? ConnectionClosed;

    /// <summary>A handler ended with an error. Raised on the handler's thread.</summary>
    public event EventHandler<ConnectionEventArgs>? HandlerFailed;

    /// <summary>What peers may do.</summary>
    public ListenerLimits Limits { get; set; } = ListenerLimits.None;

    /// <summary>Accepted connections that are still open.</summary>
    public long Active => _connections.Count;

    /// <summary>Connections that were turned away: over the limit, or by the filter; datagrams that the filter dropped.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Bytes that all its connections have received, or its datagrams had.</summary>
    public long BytesReceived => Sum(ref _closedReceived, static c => c.BytesReceived) + (ServesDatagrams ? _channel.BytesReceived : 0);

    /// <summary>Bytes that all its connections have sent.</summary>
    public long BytesSent => Sum(ref _closedSent, static c => c.BytesSent) + (ServesDatagrams ? _channel.BytesSent : 0);

    /// <summary>What went wrong, oldest first: the last 1,000. A copy.</summary>
    public IReadOnlyList<ListenerError> Errors => _errors.ToArray();

    /// <summary>How often something went wrong since it started.</summary>
    public long ErrorCount => Interlocked.Read(ref _errorCount);

    /// <summary>Where its connections, or its datagrams, are recorded to; null for nowhere.</summary>
    public SocketRecording? Recording { get; private set; }

    internal ICollection<SocketChannel> Connections => _connections.Keys;

    /// <summary>Records from the next connection on, or the next datagram. The recording is held until the listener is closed.</summary>
    internal void RecordTo(SocketRecording recording)
    {
        if (ServesDatagrams)
        {
            _channel.RecordTo(recording, accepted: false);
        }
        else
        {
            recording.Hold();
            _channel.Closed += _ => recording.Release();
        }

        Recording = recording;
    }

    /// <summary>Keeps an error, and tells of it where it is a handler's.</summary>
    internal void Report(SocketChannel? channel, Exception error, object? record = null, EndPoint? sender = null)
    {
        Interlocked.Increment(ref _errorCount);
        _errors.Enqueue(new ListenerError(DateTimeOffset.Now, sender ?? channel?.RemoteEndPoint, channel?.Descriptor ?? -1, error, record));
        while (_errors.Count > KeptErrors && _errors.TryDequeue(out _))
        {
        }

        if (channel is not null)
        {
            Raise(HandlerFailed, channel, error);
        }
    }

    // Makes a channel of what accept gave, or turns it away.
    private SocketChannel? Take(SafeSocketHandle handle, EndPoint? peer)
    {
        ListenerLimits limits = Limits;
        bool full = limits.MaximumConnections > 0 && _connections.Count >= limits.MaximumConnections;
        if (full || (peer is IPEndPoint { Address: var address } && limits.Filter?.Admits(address) == false))
        {
            Interlocked.Increment(ref _refused);
            SystemCalls.Current.SetLingerZero(handle, null);
            SystemCalls.Current.Close(handle, null);
            return null;
        }

        SocketChannel channel = new(handle, _channel.AddressFamily, _channel.SocketType, _channel.ProtocolType) { MaximumLength = limits.MaximumLength };
        channel.SetConnected(SocketEndpoint.From(SocketChannel.Shown(peer), channel.SocketType) ?? Endpoint, peer);
        Interlocked.Increment(ref _accepted);
        _connections[channel] = 0;
        channel.Closed += Forget;
        if (Recording is { } recording)
        {
            channel.RecordTo(recording, accepted: true);
        }

        Raise(ConnectionAccepted, channel);
        return channel;
    }

    private void Forget(SocketChannel channel)
    {
        // First added, then removed: a reader between the two sees the bytes twice rather than not at all.
        Interlocked.Add(ref _closedReceived, channel.BytesReceived);
        Interlocked.Add(ref _closedSent, channel.BytesSent);
        _connections.TryRemove(channel, out _);
        Raise(ConnectionClosed, channel);
    }

    private long Sum(ref long closed, Func<SocketChannel, long> of)
    {
        long sum = Interlocked.Read(ref closed);
        foreach ((SocketChannel channel, _) in _connections)
        {
            sum += of(channel);
        }

        return sum;
    }

    private void Raise(EventHandler<ConnectionEventArgs>? handlers, SocketChannel channel, Exception? error = null)
    {
        if (handlers is null)
        {
            return;
        }

        try
        {
            handlers(this, new ConnectionEventArgs(this, channel, error));
        }
        catch (Exception e)
        {
            // A subscriber's mistake must not end the server. It is told where the server's errors are told.
            Interlocked.Increment(ref _errorCount);
            _errors.Enqueue(new ListenerError(DateTimeOffset.Now, channel.RemoteEndPoint, channel.Descriptor, e, null));
        }
    }
}
