using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using SocketTools.Calls;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private SocketEndpoint? _connectingTo;

    /// <summary>Gives the socket an address (bind(2)).</summary>
    /// <param name="endpoint">Of the socket's own family. No host is loopback, <c>*</c> every interface, port 0 a free port.</param>
    /// <param name="directory">Where a relative Unix path starts.</param>
    /// <param name="options">Whether to share the address, and what to do about a socket file that is there.</param>
    /// <param name="wait">For the name look-up.</param>
    /// <exception cref="SocketCallException">EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOENT, ENAMETOOLONG, EAFNOSUPPORT, EINVAL when it is bound already.</exception>
    public void Bind(SocketEndpoint endpoint, string directory, BindOptions options, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        CheckOpen("bind");
        if (endpoint.IsUnix)
        {
            CheckFamily("bind", endpoint, AddressFamily.Unix);
            TellDetails(wait.Trace); // before the first datagram can come
            if (_bound)
            {
                // The kernel looks at the path first: our own file would seem to be a stale one, and be removed.
                throw new SocketCallException("bind", Errno.EINVAL, endpoint, "The socket has an address already");
            }

            _file = SocketFile.Bind(_handle, SocketType, endpoint, directory, options.Force, wait.Trace);
            Endpoint = endpoint.In(directory);
        }
        else
        {
            IPEndPoint address = EndpointResolver.ToBind(endpoint, wait);
            if (AddressFamily == AddressFamily.InterNetworkV6 && endpoint.Host == "" && address.AddressFamily == AddressFamily.InterNetwork)
            {
                address = new IPEndPoint(IPAddress.IPv6Loopback, endpoint.Port);
            }
            else if (AddressFamily == AddressFamily.InterNetwork && endpoint.Host == "*")
            {
                address = new IPEndPoint(IPAddress.Any, endpoint.Port);
            }

            CheckFamily("bind", endpoint, address.AddressFamily);
            SetAddressOptions(endpoint, options, wait.Trace);
            TellDetails(wait.Trace, address.Address);
            int result = _calls.Bind(_handle, address, wait.Trace);
            if (result < 0)
            {
                throw new SocketCallException("bind", (Errno)(-result), endpoint);
            }

            Endpoint = endpoint;
        }

        _bound = true;
        _local = null;
        StateChanged();
        if (LocalEndPoint is IPEndPoint bound)
        {
            string host = endpoint.Host.Length == 0 ? bound.Address.ToString() : endpoint.Host;
            Endpoint = new SocketEndpoint(endpoint.Scheme, host, bound.Port, endpoint.Service, null);
        }
    }

    /// <summary>Makes the socket accept connections (listen(2)).</summary>
    internal void Listen(int backlog, SystemCallTrace? trace)
    {
        CheckOpen("listen");
        Check("listen", _calls.Listen(_handle, backlog, trace));
        _bound = true;
        _listening = true;
        _local = null;
        StateChanged();
    }

    /// <summary>
    /// Connects this socket (connect(2)), to each address of the endpoint that is of its family until one answers.
    /// When the time is over, the connect goes on in the background and the socket stays open.
    /// </summary>
    /// <exception cref="SocketCallException">ECONNREFUSED, ETIMEDOUT, EISCONN, EALREADY, ENOENT, EAFNOSUPPORT and more.</exception>
    public void Connect(SocketEndpoint endpoint, string directory, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        CheckOpen("connect");
        if (_connected && SocketType != SocketType.Dgram)
        {
            // After a connect that went on in the background Linux answers the next connect(2) with 0, and only the one after it with EISCONN.
            throw new SocketCallException("connect", Errno.EISCONN, endpoint);
        }

        TellDetails(wait.Trace);
        List<EndPoint> addresses = [];
        if (endpoint.IsUnix)
        {
            CheckFamily("connect", endpoint, AddressFamily.Unix);
            addresses.Add(UnixPath.ToAddress(endpoint, directory, "connect"));
        }
        else
        {
            foreach (IPEndPoint address in EndpointResolver.ToConnect(endpoint, wait))
            {
                if (address.AddressFamily == AddressFamily)
                {
                    addresses.Add(address);
                }
            }

            if (addresses.Count == 0)
            {
                CheckFamily("connect", endpoint, AddressFamily.Unspecified);
            }
        }

        List<ConnectAttempt> failed = [];
        foreach (EndPoint address in addresses)
        {
            _connectingTo = endpoint.IsUnix ? endpoint.In(directory) : endpoint;
            Errno errno = SocketConnector.ConnectOne(this, address, wait);
            if (errno == Errno.None)
            {
                SetConnected(_connectingTo, address);
                return;
            }

            failed.Add(new ConnectAttempt(address, errno));
            if (errno is Errno.EISCONN or Errno.EALREADY or Errno.EINPROGRESS or Errno.ETIMEDOUT or Errno.EWOULDBLOCK or Errno.EBADF)
            {
                break; // These are about the socket or the time, not about the address.
            }
        }

        throw new SocketConnectException(endpoint, failed);
    }

    // A connect that went on in the background may be through by now; the kernel knows.
    private void LookWhetherConnected()
    {
        if (_connecting && IsOpen && _calls.RemoteEndPoint(_handle) is { } peer)
        {
            SetConnected(_connectingTo, peer);
        }
    }

    internal void SetConnecting(bool connecting) => _connecting = connecting;

    /// <summary>Called once the kernel says that it is connected.</summary>
    internal void SetConnected(SocketEndpoint? endpoint, EndPoint? remote)
    {
        _connecting = false;
        _connected = true;
        ConnectionOrder = System.Threading.Interlocked.Increment(ref s_connections);
        _local = null;
        _remote = Shown(remote);
        Endpoint = endpoint;
        StateChanged();
    }

    internal int Poll(PollEvents events, int milliseconds, SocketWait wait)
    {
        PollTarget target = new(_handle, events);
        int ready = _calls.Poll(new Span<PollTarget>(ref target), milliseconds, wait.Stop, _closing.Token, wait.Trace);
        wait.Stop.ThrowIfCancellationRequested();
        return IsOpen ? ready : -(int)Errno.EBADF;
    }

    private void CheckFamily(string operation, SocketEndpoint endpoint, AddressFamily family)
    {
        if (family != AddressFamily)
        {
            throw new SocketCallException(operation, Errno.EAFNOSUPPORT, endpoint, $"The socket is {SocketNames.Of(AddressFamily)}, and the endpoint has no address of that family");
        }
    }

    private void SetAddressOptions(SocketEndpoint endpoint, BindOptions options, SystemCallTrace? trace)
    {
        // On Windows SO_REUSEADDR would let two listeners have one port; there TIME_WAIT does not hinder a bind anyway.
        if (SocketType == SocketType.Stream && !options.Exclusive && !OperatingSystem.IsWindows())
        {
            Check("setsockopt", _calls.SetReuseAddress(_handle, true, trace));
        }

        if (AddressFamily == AddressFamily.InterNetworkV6)
        {
            bool both = endpoint.Host == "*" && endpoint.Scheme is not (EndpointScheme.Tcp6 or EndpointScheme.Udp6);
            Check("setsockopt", _calls.SetIPv6Only(_handle, !both, trace));
        }
    }
}
