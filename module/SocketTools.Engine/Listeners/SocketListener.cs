using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// A socket in LISTEN, or a bound datagram socket, which takes datagrams in the place of connections. It owns its descriptor; stopping it closes the
/// descriptor and removes the file of a Unix socket.
/// </summary>
/// <remarks>Several threads may accept at once; each connection goes to one of them.</remarks>
[Formatting.TypeFormatterSource]
public sealed partial class SocketListener : IDisposable
{
    /// <summary>The backlog when none is given. The kernel takes the smaller of this and its own limit (listen(2), somaxconn).</summary>
    public const int DefaultBacklog = 4096;

    private static readonly ConditionalWeakTable<SocketChannel, SocketListener> s_byChannel = [];

    private readonly SocketChannel _channel;
    private long _accepted;

    private SocketListener(SocketChannel channel, int backlog)
    {
        _channel = channel;
        Backlog = backlog;
        s_byChannel.AddOrUpdate(channel, this);
        if (!channel.Listens && !ServesDatagrams)
        {
            return; // It stands only for the error of the call that comes; nobody shall find it among the listeners.
        }

        channel.Closed += _ =>
        {
            OpenSockets.Remove(this);
            StopServing();
        };
        if (!channel.IsForeign)
        {
            OpenSockets.Add(this);
        }
    }

    /// <summary>The endpoint it listens at, with the real port; its text parses back to itself.</summary>
    public SocketEndpoint? Endpoint => _channel.Endpoint;

    /// <summary>The kernel's address (getsockname(2)), with the real port.</summary>
    public EndPoint? LocalEndPoint => _channel.LocalEndPoint;

    /// <summary>The listening descriptor's number.</summary>
    public int Descriptor => _channel.Descriptor;

    /// <summary>tcp, unix, unixpacket; udp or unixgram for datagrams.</summary>
    public string Protocol => _channel.Protocol;

    /// <summary>Completed connections that may wait to be accepted, as listen(2) was asked; 0 for datagrams, which wait in the receive buffer.</summary>
    public int Backlog { get; }

    /// <summary>Connections accepted so far; for datagrams those that its handler or service was given.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Listening, for datagrams Bound, or Closed.</summary>
    public SocketChannelState State => _channel.State;

    /// <summary>The listening socket as a channel.</summary>
    public SocketChannel Channel => _channel;

    /// <summary>Binds and listens. It is listening when this returns.</summary>
    /// <param name="endpoint">A stream endpoint (or unixpacket). No host is loopback, <c>*</c> every interface, port 0 a free port.</param>
    /// <param name="directory">Where a relative Unix path starts.</param>
    /// <param name="backlog">Connections that may wait.</param>
    /// <param name="options">How to take the address.</param>
    /// <param name="wait">For the name look-up, and to see the calls.</param>
    /// <exception cref="SocketCallException">EADDRINUSE, EACCES, ENOENT and what else bind(2) gives. Nothing stays open.</exception>
    public static SocketListener Start(SocketEndpoint endpoint, string directory, int backlog, BindOptions options, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        AddressFamily family = AddressFamily.Unix;
        if (!endpoint.IsUnix)
        {
            IPEndPoint address = EndpointResolver.ToBind(endpoint, wait);
            family = address.AddressFamily;
        }
        else
        {
            UnixPath.ToAddress(endpoint, directory, "bind"); // A path that cannot be is told before a socket is made.
        }

        bool datagrams = endpoint.SocketType == SocketType.Dgram;
        ProtocolType protocol = endpoint.IsUnix ? ProtocolType.Unspecified : datagrams ? ProtocolType.Udp : ProtocolType.Tcp;
        SocketChannel channel = SocketChannel.Create(family, endpoint.SocketType, protocol, wait.Trace);
        try
        {
            // The channel is the listener's own: it shows among the listeners, not among the channels.
            OpenSockets.Remove(channel);
            channel.Bind(endpoint, directory, options, wait);
            if (!datagrams)
            {
                channel.Listen(backlog, wait.Trace);
            }

            return new SocketListener(channel, datagrams ? 0 : backlog);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Makes a socket that somebody opened call by call listen. One without an address is bound to a free port of the loopback first.</summary>
    /// <param name="channel">A stream socket. It stays the caller's; closing it stops the listener.</param>
    /// <param name="backlog">Connections that may wait.</param>
    /// <param name="trace">Sees the calls.</param>
    public static SocketListener Start(SocketChannel channel, int backlog, SystemCallTrace? trace)
    {
        ArgumentNullException.ThrowIfNull(channel);
        channel.CheckOpen("listen");
        if (s_byChannel.TryGetValue(channel, out SocketListener? before) && before.IsServing)
        {
            throw new SocketCallException("listen", Errno.EALREADY, channel.ToTarget(), "The socket is served in the background already") { Advice = "Stop-SocketListener ends that." };
        }

        if (!channel.IsBound && channel.AddressFamily != AddressFamily.Unix && channel.State == SocketChannelState.Unconnected)
        {
            // listen(2) would take a free port on every interface, which nobody asked for.
            EndpointScheme scheme = (channel.AddressFamily == AddressFamily.InterNetworkV6, channel.SocketType == SocketType.Dgram) switch
            {
                (true, true) => EndpointScheme.Udp6,
                (true, false) => EndpointScheme.Tcp6,
                (false, true) => EndpointScheme.Udp,
                _ => EndpointScheme.Tcp,
            };
            channel.Bind(new SocketEndpoint(scheme, "", 0, null, null), "/", BindOptions.Default, new SocketWait(TimeSpan.Zero, default, trace));
        }

        if (channel.SocketType == SocketType.Dgram)
        {
            return Of(channel);
        }

        channel.Listen(backlog, trace);
        return new SocketListener(channel, backlog);
    }

    /// <summary>The listener of a channel: the one that it was started as, or one around a socket that already listens, or does not.</summary>
    public static SocketListener Of(SocketChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return s_byChannel.TryGetValue(channel, out SocketListener? listener) ? listener : new SocketListener(channel, 0);
    }

    /// <summary>Waits for a connection and takes it (accept(2)).</summary>
    /// <returns>The connected channel, owned by the caller.</returns>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK, EMFILE, EINVAL when the socket does not listen, EBADF when it is or gets closed.</exception>
    public SocketChannel Accept(SocketWait wait)
    {
        SystemCalls calls = SystemCalls.Current;
        Deadline deadline = Deadline.After(wait.Timeout);
        using SocketChannel.Turn turn = _channel.EnterReceiving("accept", wait);

        // A socket that we made listen is non-blocking. One that listens by somebody else's doing may block in accept, so it is polled first;
        // one that does not listen is EINVAL at once, and polling it could take for ever.
        _channel.CheckOpen("accept");
        bool ready = _channel.IsListening || !_channel.Listens;
        while (true)
        {
            _channel.CheckOpen("accept");
            if (ready)
            {
                int result = calls.Accept(_channel.Handle, out SafeSocketHandle? handle, out EndPoint? peer, wait.Trace);
                if (handle is not null)
                {
                    if (Take(handle, peer) is { } channel)
                    {
                        return channel;
                    }

                    continue;
                }

                // A client that went away again before it was accepted is nobody's error (accept(2)).
                if ((Errno)(-result) is not (Errno.EWOULDBLOCK or Errno.ECONNABORTED or Errno.EINTR))
                {
                    throw CannotAccept((Errno)(-result));
                }
            }

            int events = _channel.Poll(PollEvents.Read, deadline.Remaining, wait);
            if (events < 0)
            {
                throw CannotAccept((Errno)(-events));
            }

            if (events == 0)
            {
                string? detail = wait.Timeout == TimeSpan.Zero ? "No connection waits" : $"No connection came for {wait.Timeout.TotalSeconds:0.###} s";
                throw new SocketCallException("accept", wait.TimeoutErrno, _channel.ToTarget(), detail);
            }

            ready = true;
        }
    }

    /// <summary>Takes a connection that is there, without waiting; null where none is. For the loops that serve in the background.</summary>
    internal SocketChannel? TryAccept()
    {
        while (true)
        {
            int result = SystemCalls.Current.Accept(_channel.Handle, out SafeSocketHandle? handle, out EndPoint? peer, null);
            if (handle is not null)
            {
                if (Take(handle, peer) is { } channel)
                {
                    return channel;
                }

                continue;
            }

            switch ((Errno)(-result))
            {
                case Errno.EWOULDBLOCK:
                    return null;
                case Errno.ECONNABORTED or Errno.EINTR:
                    continue;
                default:
                    throw CannotAccept((Errno)(-result));
            }
        }
    }

    /// <summary>
    /// Stops listening: the port is free when this returns. Handlers are ended and their connections closed; connections that somebody
    /// accepted by hand go on.
    /// </summary>
    /// <exception cref="SocketCallException">EBADF: it was stopped before. EINVAL: the socket does not listen; it stays open.</exception>
    public void Stop(SystemCallTrace? trace = null)
    {
        _channel.CheckOpen("close");
        if (!_channel.Listens && !ServesDatagrams)
        {
            throw DoesNotListen("close");
        }

        _channel.Close(trace: trace);
    }

    /// <summary>Stops, if it was not stopped before.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>The endpoint.</summary>
    public override string ToString() => Endpoint?.ToString() ?? _channel.ToString();

    private SocketCallException CannotAccept(Errno errno) => errno switch
    {
        Errno.EOPNOTSUPP or Errno.EINVAL when _channel.SocketType == SocketType.Dgram =>
            new("accept", Errno.EOPNOTSUPP, _channel.ToTarget(), "A datagram socket has no connections") { Advice = "Receive-SocketDatagram takes what comes to it." },
        Errno.EINVAL => DoesNotListen("accept"),
        _ => new("accept", errno, _channel.ToTarget()),
    };

    private SocketCallException DoesNotListen(string operation) =>
        new(operation, Errno.EINVAL, _channel.ToTarget(), "The socket does not listen") { Advice = "Start-SocketListener makes it listen." };
}
