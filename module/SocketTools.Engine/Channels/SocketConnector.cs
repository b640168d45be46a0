using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>Opens connections: one socket to one address, or a race over all addresses of a name (happy eyeballs, RFC 8305), on the caller's thread.</summary>
public static class SocketConnector
{
    /// <summary>How long an address may take before the next one is tried beside it (RFC 8305, section 5).</summary>
    private const int AttemptDelayMilliseconds = 250;

    // A wait in the kernel that no descriptor can end is cut into pieces this long, to look at the token.
    private const int SliceMilliseconds = 100;

    /// <summary>Makes a socket and connects it.</summary>
    /// <param name="endpoint">A stream or datagram endpoint. No host, or <c>*</c>, is this machine's loopback.</param>
    /// <param name="directory">Where a relative Unix path starts.</param>
    /// <param name="wait">The time for all addresses together, the name look-up included.</param>
    /// <returns>A connected channel, owned by the caller.</returns>
    /// <exception cref="SocketCallException">When no address answers: a <see cref="SocketConnectException"/> that names each failure. Nothing stays open.</exception>
    public static SocketChannel Connect(SocketEndpoint endpoint, string directory, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsUnix)
        {
            Deadline deadline = Deadline.After(wait.Timeout);
            IReadOnlyList<IPEndPoint> addresses = EndpointResolver.ToConnect(endpoint, wait);
            return Race(endpoint, addresses, wait, deadline);
        }

        UnixPath.ToAddress(endpoint, directory, "connect"); // A path that cannot be is told before a socket is made.
        SocketChannel channel = SocketChannel.Create(AddressFamily.Unix, endpoint.SocketType, ProtocolType.Unspecified, wait.Trace);
        try
        {
            channel.Connect(endpoint, directory, wait);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Connects one socket to one address; None, or why not. After a timeout the connect goes on in the background.</summary>
    internal static Errno ConnectOne(SocketChannel channel, EndPoint address, SocketWait wait)
    {
        SystemCalls calls = SystemCalls.Current;
        Deadline deadline = Deadline.After(wait.Timeout);

        // The turn keeps the descriptor from being closed under these calls. Who has it on a socket without a peer is connecting too.
        if (!channel.TryEnterSending(out SocketChannel.Turn turn))
        {
            return Errno.EALREADY;
        }

        using SocketChannel.Turn held = turn;
        if (!channel.IsOpen)
        {
            return Errno.EBADF;
        }

        Errno errno = Begin(channel, address, wait);
        if (errno == Errno.ECONNABORTED)
        {
            // After a connect that failed in the background Linux says so in the next connect(2), and starts only with the one after it.
            errno = Begin(channel, address, wait);
        }

        try
        {
            // Only a full backlog gives this, and nothing to poll for: wait in connect(2) itself.
            while (errno == Errno.EWOULDBLOCK && address.AddressFamily == AddressFamily.Unix && !deadline.Passed)
            {
                wait.Stop.ThrowIfCancellationRequested();
                errno = (Errno)(-calls.ConnectFor(channel.Handle, address, Math.Max(1, deadline.RemainingAtMost(SliceMilliseconds)), wait.Trace));
                if (!channel.IsOpen)
                {
                    return Errno.EBADF;
                }
            }

            if (errno != Errno.EINPROGRESS)
            {
                channel.SetConnecting(errno == Errno.EALREADY);
                return errno == Errno.EWOULDBLOCK ? wait.TimeoutErrno : errno;
            }

            channel.SetConnecting(true);
            if (channel.NonBlocking && wait.Timeout == TimeSpan.Zero)
            {
                return Errno.EINPROGRESS;
            }

            int ready = channel.Poll(PollEvents.Write, deadline.Remaining, wait);
            if (ready == 0)
            {
                return wait.TimeoutErrno;
            }

            channel.SetConnecting(false);
            errno = (Errno)(-(ready < 0 ? ready : calls.FinishConnect(channel.Handle, wait.Trace)));
            if (ready > 0 && errno != Errno.None)
            {
                calls.Unconnect(channel.Handle, wait.Trace);
            }

            return errno;
        }
        finally
        {
            if (channel.IsOpen)
            {
                calls.SetBlocking(channel.Handle, !channel.NonBlocking);
            }
        }
    }

    /// <summary>Connects to the first of some addresses that answers.</summary>
    internal static SocketChannel Race(SocketEndpoint endpoint, IReadOnlyList<IPEndPoint> addresses, SocketWait wait, Deadline deadline)
    {
        List<(SocketChannel Channel, IPEndPoint Address)> running = [];
        List<ConnectAttempt> failed = [];
        SocketChannel? winner = null;
        int next = 0;
        try
        {
            while (winner is null)
            {
                if (next < addresses.Count)
                {
                    winner = Start(endpoint, addresses[next++], running, failed, wait);
                }

                if (winner is null && running.Count > 0)
                {
                    int step = next < addresses.Count ? deadline.RemainingAtMost(AttemptDelayMilliseconds) : deadline.Remaining;
                    winner = WaitForOne(running, failed, step, wait);
                }

                if (winner is null && (deadline.Passed || (running.Count == 0 && next == addresses.Count)))
                {
                    foreach ((_, IPEndPoint address) in running)
                    {
                        failed.Add(new ConnectAttempt(address, wait.TimeoutErrno));
                    }

                    throw new SocketConnectException(endpoint, failed);
                }
            }

            winner.SetConnected(endpoint, winner.RemoteEndPoint);
            return winner;
        }
        finally
        {
            foreach ((SocketChannel channel, _) in running)
            {
                if (channel != winner)
                {
                    channel.Close(trace: wait.Trace);
                }
            }
        }
    }

    // Starts one attempt. It goes into the running ones, into the failed ones, or wins at once.
    private static SocketChannel? Start(
        SocketEndpoint endpoint, IPEndPoint address, List<(SocketChannel Channel, IPEndPoint Address)> running, List<ConnectAttempt> failed, SocketWait wait)
    {
        SocketChannel? channel = null;
        Errno errno;
        try
        {
            ProtocolType protocol = endpoint.SocketType == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp;
            channel = SocketChannel.Create(address.AddressFamily, endpoint.SocketType, protocol, wait.Trace);
            channel.TellDetails(wait.Trace);
            errno = Begin(channel, address, wait);
        }
        catch (SocketCallException e) when (e.Errno == Errno.EAFNOSUPPORT)
        {
            errno = e.Errno; // A kernel without IPv6: the name may have an IPv4 address still.
        }

        switch (errno)
        {
            case Errno.None:
                SystemCalls.Current.SetBlocking(channel!.Handle, true);
                return channel;
            case Errno.EINPROGRESS:
                channel!.SetConnecting(true);
                running.Add((channel, address));
                return null;
            default:
                channel?.Close(trace: wait.Trace);
                failed.Add(new ConnectAttempt(address, errno));
                return null;
        }
    }

    private static SocketChannel? WaitForOne(
        List<(SocketChannel Channel, IPEndPoint Address)> running, List<ConnectAttempt> failed, int milliseconds, SocketWait wait)
    {
        SystemCalls calls = SystemCalls.Current;
        PollTarget[] targets = running.ConvertAll(static r => new PollTarget(r.Channel.Handle, PollEvents.Write)).ToArray();
        calls.Poll(targets, milliseconds, wait.Stop, default, wait.Trace);
        wait.Stop.ThrowIfCancellationRequested();
        for (int i = targets.Length - 1; i >= 0; i--)
        {
            if (targets[i].Ready == PollEvents.None)
            {
                continue;
            }

            (SocketChannel channel, IPEndPoint address) = running[i];
            Errno errno = (Errno)(-calls.FinishConnect(channel.Handle, wait.Trace));
            if (errno == Errno.None)
            {
                calls.SetBlocking(channel.Handle, !channel.NonBlocking);
                channel.SetConnected(null, address);
                return channel;
            }

            running.RemoveAt(i);
            channel.Close(trace: wait.Trace);
            failed.Add(new ConnectAttempt(address, errno));
        }

        return null;
    }

    private static Errno Begin(SocketChannel channel, EndPoint address, SocketWait wait) =>
        (Errno)(-SystemCalls.Current.BeginConnect(channel.Handle, address, wait.Trace));
}
