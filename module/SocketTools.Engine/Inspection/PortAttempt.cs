using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>A port to probe, at each address of its host in turn until one is open, and what came of it. Used by one thread.</summary>
internal sealed class PortAttempt(SocketEndpoint endpoint, IReadOnlyList<EndPoint> addresses, byte[] payload)
{
    private static readonly SystemCalls s_calls = SystemCalls.Current;

    private SafeSocketHandle? _handle;
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
    public PollEvents Events => endpoint.SocketType == SocketType.Dgram ? PollEvents.Read : PollEvents.Write;

    private EndPoint Address => addresses[_next];

    /// <summary>Tries the next address. Afterwards there is a result, or a handle to wait on.</summary>
    /// <exception cref="SocketCallException">EMFILE, ENFILE, ENOBUFS: there is no socket to be had.</exception>
    public void Start(SystemCallTrace? trace)
    {
        while (Result is null && _handle is null)
        {
            _start = Stopwatch.GetTimestamp();
            ProtocolType protocol = endpoint.IsUnix ? ProtocolType.Unspecified : endpoint.SocketType == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp;
            int result = s_calls.Socket(Address.AddressFamily, endpoint.SocketType, protocol, out SafeSocketHandle? handle, trace);
            if (handle is null)
            {
                if ((Errno)(-result) is Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM)
                {
                    throw new SocketCallException("socket", (Errno)(-result), endpoint);
                }

                Settle((Errno)(-result)); // A family that this system lacks.
                continue;
            }

            _handle = handle;
            result = s_calls.BeginConnect(handle, Address, trace);
            if (result == 0 && endpoint.SocketType == SocketType.Dgram)
            {
                result = s_calls.Send(handle, payload, MessageFlags.None, trace) is < 0 and var failed ? failed : -(int)Errno.EINPROGRESS;
            }

            if (result != -(int)Errno.EINPROGRESS)
            {
                Settle((Errno)(-result), trace);
            }
        }
    }

    /// <summary>The socket is ready: takes the answer, and tries the next address where it is none.</summary>
    public void Answer(SystemCallTrace? trace)
    {
        Errno errno;
        if (endpoint.SocketType == SocketType.Dgram)
        {
            Span<byte> some = stackalloc byte[1];
            int count = s_calls.Receive(_handle!, some, MessageFlags.None, trace);
            errno = count >= 0 || count == -(int)Errno.EMSGSIZE ? Errno.None : (Errno)(-count);
        }
        else
        {
            errno = (Errno)(-s_calls.FinishConnect(_handle!, trace));
        }

        Settle(errno, trace);
        Start(trace);
    }

    /// <summary>No answer came in time.</summary>
    public void TimeOut(SystemCallTrace? trace)
    {
        Settle(Errno.ETIMEDOUT, trace);
        Start(trace);
    }

    /// <summary>Closes what is open, when the whole is stopped.</summary>
    public void Abandon()
    {
        if (_handle is not null)
        {
            s_calls.Close(_handle, null);
            _handle = null;
        }
    }

    // One address has been tried. The first that is open is the result; where none is, what the first one said.
    private void Settle(Errno errno, SystemCallTrace? trace = null)
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
            endpoint, (Address as IPEndPoint)?.Address, endpoint.Port, endpoint.IsUnix ? null : PortServices.NameOf(endpoint.Port, endpoint.SocketType == SocketType.Dgram), status, milliseconds, reason, errno);
        if (status == SocketPortStatus.Open || _next == addresses.Count - 1)
        {
            Result = status == SocketPortStatus.Open ? probe : _first ?? probe;
        }
        else
        {
            _first ??= probe;
            _next++;
        }
    }

    // A connect from the very port that it goes to meets itself (simultaneous open, RFC 9293 section 3.5): in the ephemeral range that happens by chance.
    private bool ConnectedToItself() =>
        endpoint is { IsUnix: false, SocketType: SocketType.Stream } && _handle is not null && s_calls.LocalEndPoint(_handle) is IPEndPoint local && local.Equals(Address);

    private (SocketPortStatus Status, string Reason) Judge(Errno errno, bool itself) => errno switch
    {
        _ when itself => (SocketPortStatus.Closed, "the connect met itself: nobody listens"),
        Errno.None => (SocketPortStatus.Open, endpoint.SocketType == SocketType.Dgram ? "answered" : "connected"),
        Errno.ETIMEDOUT when endpoint.SocketType == SocketType.Dgram => (SocketPortStatus.Unknown, "no answer: open and silent, or filtered"),
        Errno.ETIMEDOUT => (SocketPortStatus.Filtered, "ETIMEDOUT"),
        Errno.EWOULDBLOCK => (SocketPortStatus.Open, "somebody listens, and the backlog is full"), // Unix sockets tell it so.
        Errno.EPROTOTYPE => (SocketPortStatus.Closed, "EPROTOTYPE: a socket of another type is there"),
        Errno.ECONNREFUSED or Errno.ECONNRESET or Errno.ENOENT or Errno.ENOTSOCK or Errno.ENOTDIR => (SocketPortStatus.Closed, ErrnoTable.Name(errno)),
        _ => (SocketPortStatus.Filtered, ErrnoTable.Name(errno)),
    };
}
