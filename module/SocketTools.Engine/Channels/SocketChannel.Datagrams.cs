using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private bool _tellsDetails;
    private IPAddress? _loopback;

    /// <summary>True when one send is one message that one receive gives whole: SOCK_DGRAM and SOCK_SEQPACKET.</summary>
    public bool KeepsBoundaries => SocketType is SocketType.Dgram or SocketType.Seqpacket;

    /// <summary>Receives one datagram and what the system tells of it (recvmsg(2)).</summary>
    /// <param name="maximumLength">Bytes to take of it, from 1; the rest is dropped by the system, and the datagram says so.</param>
    /// <param name="encoding">Of its text.</param>
    /// <param name="wait">How long to wait for it.</param>
    /// <param name="peek">Leaves it where it is.</param>
    /// <returns>The datagram; null at the end of a SOCK_SEQPACKET connection.</returns>
    /// <exception cref="SocketCallException">
    /// ETIMEDOUT, EWOULDBLOCK, EBADF. EOPNOTSUPP: a stream has no datagrams. ECONNREFUSED: nobody took one that was sent before.
    /// </exception>
    public SocketDatagram? ReceiveDatagram(int maximumLength, Encoding encoding, SocketWait wait, bool peek = false)
    {
        SocketDatagram[] one = new SocketDatagram[1];
        return ReceiveDatagrams(one, maximumLength, encoding, wait, peek) == 0 ? null : one[0];
    }

    /// <summary>Receives the datagrams that are there, waiting for the first one only (recvmmsg(2) where the system has it).</summary>
    /// <returns>How many; 0 at the end of a SOCK_SEQPACKET connection.</returns>
    internal int ReceiveDatagrams(Span<SocketDatagram> target, int maximumLength, Encoding encoding, SocketWait wait, bool peek = false)
    {
        CheckDatagrams("recvmsg");
        using Turn turn = Enter(_receiveGate, "recvmsg", wait);
        if (HasReturned)
        {
            return TakeReturned(target, peek);
        }

        if (_endSeen)
        {
            return 0;
        }

        TellDetails(wait.Trace);

        // Only Unix sockets have larger ones; of those, fewer are taken at a time.
        int most = maximumLength <= DatagramBatch.LargestSize ? DatagramBatch.LargestCount : Math.Max(1, DatagramBatch.LargestCount * DatagramBatch.LargestSize / maximumLength);
        int maximum = Math.Min(target.Length, most);
        DatagramBatch batch = maximumLength <= DatagramBatch.LargestSize ? DatagramBatch.Rent(maximum, maximumLength) : new DatagramBatch(maximum, maximumLength);
        try
        {
            int count;
            while ((count = _calls.ReceiveDatagrams(_handle, batch, maximum, peek, blocking: false, wait.Trace)) < 0)
            {
                if (count != -(int)Errno.EWOULDBLOCK)
                {
                    LogTransfer(TransferCall.ReceiveMessage, maximumLength, count, null);
                    throw Failure("recvmsg", (Errno)(-count));
                }

                WaitUntil(PollEvents.Read, "recvmsg", wait);
            }

            return Take(batch, count, target, encoding, peek, maximum > 1 ? TransferCall.ReceiveMessages : TransferCall.ReceiveMessage);
        }
        finally
        {
            batch.Return();
        }
    }

    /// <summary>Sends one datagram, whole or not at all (sendto(2)).</summary>
    /// <param name="data">The payload; it may be empty.</param>
    /// <param name="to">Where to; null for the peer of a connected socket.</param>
    /// <param name="wait">How long to wait for room.</param>
    /// <exception cref="SocketCallException">
    /// EMSGSIZE: larger than the protocol takes. EDESTADDRREQ, ENOTCONN: no destination. ECONNREFUSED: on a connected UDP socket a datagram sent before found
    /// nobody, and this one was not sent. EACCES: broadcast without the option. EAFNOSUPPORT, ENOENT, ETIMEDOUT, EBADF.
    /// </exception>
    public void SendDatagram(ReadOnlySpan<byte> data, EndPoint? to, SocketWait wait) => SendDatagram(data, to, null, wait);

    /// <summary>The address of an endpoint, for this socket to send to.</summary>
    /// <exception cref="SocketCallException">EAFNOSUPPORT: it is of another family. EAI_NONAME and the like: its host is unknown.</exception>
    public EndPoint ToDestination(SocketEndpoint endpoint, string directory, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.IsUnix)
        {
            CheckFamily("sendto", endpoint, AddressFamily.Unix);
            return UnixPath.ToAddress(endpoint, directory, "sendto");
        }

        IPEndPoint? mapped = null;
        foreach (IPEndPoint address in EndpointResolver.ToConnect(endpoint, wait))
        {
            if (address.AddressFamily == AddressFamily)
            {
                return address;
            }

            mapped ??= address;
        }

        if (AddressFamily != AddressFamily.InterNetworkV6)
        {
            CheckFamily("sendto", endpoint, AddressFamily.Unspecified);
        }

        return mapped!; // IPv4 through an IPv6 socket
    }

    /// <summary>Sends some datagrams of a batch, each with its own boundaries (sendmmsg(2) where the system has it).</summary>
    /// <param name="batch">The datagrams.</param>
    /// <param name="next">The first one to send; afterwards the one behind the last that went, also after an error: then it is the one that failed.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="to">Where to, or null for the peer.</param>
    /// <param name="wait">How long to wait for room, for each.</param>
    internal void SendDatagrams(DatagramBatch batch, ref int next, int end, EndPoint? to, SocketWait wait)
    {
        using Turn turn = Enter(_sendGate, "sendto", wait);
        EndPoint? address = Destination(to);
        TellDetails(wait.Trace);
        while (next < end)
        {
            int sent = _calls.SendDatagrams(_handle, batch, next, end - next, address, wait.Trace);
            if (sent <= 0)
            {
                SendOne(batch.Payload(next), address, null, wait); // waits, or fails
                next++;
            }

            for (; sent > 0; sent--)
            {
                LogTransfer(TransferCall.SendMessages, batch.Arrivals[next].Count, batch.Arrivals[next].Count, address, batch.Payload(next));
                CountDatagram(batch.Arrivals[next++].Count);
            }
        }
    }

    private void SendDatagram(ReadOnlySpan<byte> data, EndPoint? to, IPAddress? source, SocketWait wait)
    {
        using Turn turn = Enter(_sendGate, to is null ? "send" : "sendto", wait);
        EndPoint? address = Destination(to);
        if (data.IsEmpty && SocketType == SocketType.Seqpacket)
        {
            throw new SocketCallException("send", Errno.EINVAL, ToTarget(), "An empty message would be the end of the connection to its receiver") { Advice = "Send at least one byte." };
        }

        TellDetails(wait.Trace);
        SendOne(data, address, source, wait);
    }

    // The caller has the turn.
    private void SendOne(ReadOnlySpan<byte> data, EndPoint? to, IPAddress? source, SocketWait wait)
    {
        string operation = to is null ? "send" : "sendto";
        Deadline deadline = Deadline.After(wait.Timeout);
        while (true)
        {
            int count = to is null ? _calls.Send(_handle, data, MessageFlags.None, wait.Trace) : _calls.SendTo(_handle, data, to, source, blocking: false, wait.Trace);
            if (count == -(int)Errno.EWOULDBLOCK && to is not null && AddressFamily == AddressFamily.Unix)
            {
                count = SendWaiting(data, to, deadline, wait);
            }

            if (count != -(int)Errno.EWOULDBLOCK)
            {
                LogTransfer(to is null ? TransferCall.Send : source is null ? TransferCall.SendTo : TransferCall.SendMessage, data.Length, count, Shown(to), data);
            }

            if (count >= 0)
            {
                CountDatagram(data.Length);
                return;
            }

            if (count != -(int)Errno.EWOULDBLOCK)
            {
                throw Failure(operation, (Errno)(-count), data.Length, to);
            }

            WaitUntil(PollEvents.Write, operation, wait);
        }
    }

    // Poll says that a Unix socket without a peer can be written, whatever the queue of the receiver: so the wait is in the call itself, in pieces.
    private int SendWaiting(ReadOnlySpan<byte> data, EndPoint to, Deadline deadline, SocketWait wait)
    {
        const int SliceMilliseconds = 100;
        int count = -(int)Errno.EWOULDBLOCK;
        while (count == -(int)Errno.EWOULDBLOCK)
        {
            wait.Stop.ThrowIfCancellationRequested();
            if (_closing.IsCancellationRequested)
            {
                return -(int)Errno.EBADF;
            }

            if (deadline.Passed)
            {
                throw new SocketCallException("sendto", wait.TimeoutErrno, to, wait.Timeout == TimeSpan.Zero ? null : $"The receiver took nothing for {wait.Timeout.TotalSeconds:0.###} s");
            }

            count = _calls.SendWaiting(_handle, data, to, Math.Max(1, deadline.RemainingAtMost(SliceMilliseconds)), _nonBlocking, wait.Trace);
        }

        return count;
    }

    private int Take(DatagramBatch batch, int count, Span<SocketDatagram> target, Encoding encoding, bool peek, TransferCall call)
    {
        if (!peek)
        {
            LogTransfers(call, batch.Size, batch.Arrivals.AsSpan(0, count));
        }

        DatagramOrigin origin = batch.LastOrigin ?? new(this, encoding, null, null, 0);
        for (int i = 0; i < count; i++)
        {
            ref DatagramArrival arrival = ref batch.Arrivals[i];
            if (arrival.Length == 0 && SocketType == SocketType.Seqpacket)
            {
                _endSeen = true;
                _recorder?.Moved(outgoing: false, default);
                return i;
            }

            if (_loopback is not null)
            {
                (arrival.Destination, arrival.Interface) = (_loopback, InterfaceNames.Loopback);
            }

            if (!peek && _recorder is { } recorder)
            {
                recorder.Moved(outgoing: false, batch.Payload(i), arrival.Remote, arrival.Destination);
            }

            origin = origin.With(this, encoding, arrival);
            target[i] = new SocketDatagram(origin, batch.Payload(i).ToArray(), arrival);
        }

        batch.LastOrigin = origin;
        return count;
    }

    /// <summary>Asks the kernel, once, for what it can tell of datagrams: from here on, so before the first one comes if that is possible.</summary>
    /// <param name="trace">Sees the calls.</param>
    /// <param name="bound">The address that the socket is being bound to, where it is.</param>
    internal void TellDetails(SystemCallTrace? trace, IPAddress? bound = null)
    {
        if (SocketType == SocketType.Dgram && !_tellsDetails)
        {
            _tellsDetails = true;

            // To an address of the loopback datagrams come from nowhere else, so the kernel need not tell of each where it was sent to.
            _loopback = bound is not null && IPAddress.IsLoopback(bound) ? bound : null;
            _calls.SetDatagramDetails(_handle, AddressFamily, time: true, destination: _loopback is null ? true : null, trace);
        }
    }

    private void LogTransfers(TransferCall call, int requested, ReadOnlySpan<DatagramArrival> arrivals)
    {
        int bytes = 0;
        foreach (ref readonly DatagramArrival arrival in arrivals)
        {
            bytes += arrival.Count;
        }

        TransferLog().Add(call, requested, arrivals);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    private void CheckDatagrams(string operation)
    {
        CheckOpen(operation);
        if (!KeepsBoundaries)
        {
            throw new SocketCallException(operation, Errno.EOPNOTSUPP, ToTarget(), $"A {Protocol} socket is a stream of bytes and has no datagrams")
            {
                Advice = "Receive-SocketByte takes what is there; Receive-SocketMessage takes messages that the sender has framed.",
            };
        }
    }
}
