using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>A port to probe, at each address of its host in turn until one is open, and what came of it. Used by one thread.</summary>
/// <param name="endpoint">What is probed, with its port.</param>
/// <param name="addresses">The addresses of the host; their ports do not count.</param>
/// <param name="payload">What a datagram to a port of the Internet carries.</param>
internal sealed class PortAttempt(SocketEndpoint endpoint, IReadOnlyList<EndPoint> addresses, byte[] payload)
{
    private static readonly SystemCalls s_calls = SystemCalls.Current;

    private static int s_prepared;

    private SafeSocketHandle? _handle;
    private EndPoint? _address;
    private long _start;
    private int _next;
    private SocketPortProbe? _first;

    /// <summary>The result; null while it goes on.</summary>
    public SocketPortProbe? Result { get; private set; }

    /// <summary>When the present address was tried, on the clock of <see cref="Stopwatch"/>.</summary>
    public long Started => _start;

    /// <summary>The socket that waits for an answer.</summary>
    public SafeSocketHandle? Handle => _handle;

    /// <summary>What tells of the answer.</summary>
    public PollEvents Events => IsUdp ? PollEvents.Read : PollEvents.Write;

    // Datagrams of the Internet: connect(2) sends nothing. That of a Unix socket says at once whether somebody has the name.
    private bool IsUdp => endpoint is { IsUnix: false, SocketType: SocketType.Dgram };

    private bool IsTcp => endpoint is { IsUnix: false, SocketType: SocketType.Stream };

    private EndPoint Address => _address ??= addresses[_next] is IPEndPoint ip && ip.Port != endpoint.Port ? new IPEndPoint(ip.Address, endpoint.Port) : addresses[_next];

    /// <summary>
    /// Makes each call once, at a socket file that cannot be, so that the time of the first probe is not that of the compiler.
    /// </summary>
    public static void Prepare()
    {
        if (Interlocked.Exchange(ref s_prepared, 1) == 0)
        {
            SocketEndpoint nowhere = new(EndpointScheme.Unix, "", 0, null, "/dev/null/none");
            UnixDomainSocketEndPoint address = new("/dev/null/none");
            using ProbeSockets sockets = new();
            new PortAttempt(nowhere, (EndPoint[])[address], []).Start(sockets, null);
            _ = new IPEndPoint(IPAddress.Loopback, 0).Serialize();
            SafeSocketHandle? handle = null;
            _ = s_calls.StartProbe(SocketType.Stream, ProtocolType.Unspecified, address, ref handle, null);
            if (handle is not null)
            {
                _ = s_calls.LookAtConnect(handle, address, null);
                _ = s_calls.FinishConnect(handle, null);
                s_calls.Close(handle, null);
            }
        }
    }

    /// <summary>Tries the next address, unless there is a result or one is under way. Afterwards there is a result, or a handle to wait on.</summary>
    /// <exception cref="SocketCallException">EMFILE, ENFILE, ENOBUFS, ENOMEM: there is no socket to be had. It may be called again.</exception>
    public void Start(ProbeSockets sockets, SystemCallTrace? trace)
    {
        while (Result is null && _handle is null)
        {
            _start = Stopwatch.GetTimestamp();
            ProtocolType protocol = endpoint.IsUnix ? ProtocolType.Unspecified : IsUdp ? ProtocolType.Udp : ProtocolType.Tcp;
            _handle = IsTcp ? sockets.Take(Address.AddressFamily) : null;
            bool again = _handle is not null;
            int result = s_calls.StartProbe(endpoint.SocketType, protocol, Address, ref _handle, trace);
            if (again && result != -(int)Errno.EINPROGRESS)
            {
                // Whatever it is, it may be for what the socket did before: some systems that stand in for Linux do not let it connect again.
                s_calls.Close(_handle!, trace);
                _handle = null;
                result = s_calls.StartProbe(endpoint.SocketType, protocol, Address, ref _handle, trace);
            }

            if (_handle is null && (Errno)(-result) is Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM)
            {
                throw new SocketCallException("socket", (Errno)(-result), endpoint);
            }

            if (result == -(int)Errno.EINPROGRESS)
            {
                // This machine has answered itself by now, and one close by may have.
                result = s_calls.LookAtConnect(_handle!, Address, trace);
                if (IsTcp && sockets.Keep(_handle!, Address.AddressFamily, (Errno)(-result)))
                {
                    _handle = null;
                }
            }
            else if (result == 0 && IsUdp)
            {
                result = s_calls.Send(_handle!, payload, MessageFlags.None, trace) is < 0 and var failed ? failed : Receive(trace);
            }

            if (result != -(int)Errno.EINPROGRESS)
            {
                Settle((Errno)(-result), trace);
            }
        }
    }

    /// <summary>The socket is ready: takes the answer. <see cref="Start"/> then tries the next address, where there is no result yet.</summary>
    public void Answer(SystemCallTrace? trace)
    {
        int result = IsUdp ? Receive(trace) : s_calls.FinishConnect(_handle!, trace);
        Settle((Errno)(-result), trace);
    }

    /// <summary>No answer came in time. <see cref="Start"/> then tries the next address, where there is no result yet.</summary>
    public void TimeOut(SystemCallTrace? trace) => Settle(Errno.ETIMEDOUT, trace);

    /// <summary>Closes what is open, when the whole is stopped.</summary>
    public void Abandon()
    {
        if (_handle is not null)
        {
            s_calls.Close(_handle, null);
            _handle = null;
        }
    }

    // 0 for an answer, however long; EINPROGRESS while there is none; ECONNREFUSED where the host says that nobody has the port (udp(7)).
    private int Receive(SystemCallTrace? trace)
    {
        Span<byte> some = stackalloc byte[1];
        int count = s_calls.Receive(_handle!, some, MessageFlags.None, trace);
        return count >= 0 || count == -(int)Errno.EMSGSIZE ? 0 : count == -(int)Errno.EWOULDBLOCK ? -(int)Errno.EINPROGRESS : count;
    }

    // One address has been tried. The first that is open is the result; where none is, what the first one said.
    private void Settle(Errno errno, SystemCallTrace? trace)
    {
        double milliseconds = Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
        bool itself = errno == Errno.None && ConnectedToItself();
        if (_handle is not null)
        {
            s_calls.Close(_handle, trace);
            _handle = null;
        }

        (SocketPortStatus status, string reason) = Judge(errno, itself);
        SocketPortProbe probe = new(
            endpoint, (Address as IPEndPoint)?.Address, endpoint.Port, endpoint.IsUnix ? null : PortServices.NameOf(endpoint.Port, IsUdp), status, milliseconds, reason, errno);
        if (status == SocketPortStatus.Open || _next == addresses.Count - 1)
        {
            Result = status == SocketPortStatus.Open ? probe : _first ?? probe;
        }
        else
        {
            _first ??= probe;
            _next++;
            _address = null;
        }
    }

    // A connect from the very port that it goes to meets itself (simultaneous open, RFC 9293 section 3.5): in the ephemeral range that happens by chance.
    private bool ConnectedToItself() =>
        IsTcp && _handle is not null && s_calls.LocalEndPoint(_handle) is IPEndPoint local && local.Equals(Address);

    private (SocketPortStatus Status, string Reason) Judge(Errno errno, bool itself) => errno switch
    {
        _ when itself => (SocketPortStatus.Closed, "the connect met itself: nobody listens"),
        Errno.None => (SocketPortStatus.Open, IsUdp ? "answered" : "connected"),
        Errno.ETIMEDOUT or Errno.EINPROGRESS when IsUdp => (SocketPortStatus.Unknown, "no answer: open and silent, or filtered"),
        Errno.ETIMEDOUT => (SocketPortStatus.Filtered, "ETIMEDOUT"),
        Errno.EWOULDBLOCK when endpoint.IsUnix => (SocketPortStatus.Open, "somebody listens, and the backlog is full"),
        Errno.EPROTOTYPE => (SocketPortStatus.Closed, "EPROTOTYPE: a socket of another type is there"),
        Errno.ECONNREFUSED or Errno.ECONNRESET or Errno.ENOENT or Errno.ENOTSOCK or Errno.ENOTDIR => (SocketPortStatus.Closed, ErrnoTable.Name(errno)),
        _ => (SocketPortStatus.Filtered, ErrnoTable.Name(errno)),
    };
}
