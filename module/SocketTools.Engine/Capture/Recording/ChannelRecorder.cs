using System;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Capture;

/// <summary>Writes the packets that stand for the calls of one channel. Safe from any thread.</summary>
internal sealed class ChannelRecorder
{
    private readonly SocketChannel _channel;
    private readonly bool _connects;
    private IPEndPoint? _local;
    private IPEndPoint? _remote;
    private Side _own;
    private Side _peer;
    private bool _reset;
    private bool _closed;

    /// <summary>Begins to record a channel, and holds the recording until the channel is closed.</summary>
    public ChannelRecorder(SocketRecording recording, SocketChannel channel)
    {
        Recording = recording;
        _channel = channel;
        _connects = channel.SocketType is SocketType.Stream or SocketType.Seqpacket;
        recording.Hold();
    }

    /// <summary>Where to.</summary>
    public SocketRecording Recording { get; }

    /// <summary>The handshake of a connection that was made, or accepted.</summary>
    public void Connected(bool accepted, long startedAt)
    {
        FindNames();
        if (!_connects)
        {
            return;
        }

        Recording.WriteTogether(() =>
        {
            Segment(!accepted, TcpFlags.SYN, default, startedAt);
            Count(!accepted, 1);
            Segment(accepted, TcpFlags.SYN | TcpFlags.ACK);
            Count(accepted, 1);
            Segment(!accepted, TcpFlags.ACK);
        });
    }

    /// <summary>A connect that failed: refused, or without an answer.</summary>
    public static void Failed(SocketRecording recording, ConnectAttempt attempt, long startedAt)
    {
        if (attempt.Address is not IPEndPoint remote || attempt.Errno is not (Errno.ECONNREFUSED or Errno.ETIMEDOUT or Errno.EWOULDBLOCK))
        {
            return; // Nothing was sent, or to nobody that a packet could name.
        }

        // The kernel has let go of the port by now, so another one stands for it.
        IPEndPoint local = new(IPAddress.IsLoopback(remote.Address) ? remote.Address : remote.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, recording.MakeUp(null).Port);
        recording.WriteTogether(() =>
        {
            recording.Write(SyntheticPackets.Tcp(local, remote, 0, 0, TcpFlags.SYN, default), outgoing: true, startedAt);
            if (attempt.Errno == Errno.ECONNREFUSED)
            {
                recording.Write(SyntheticPackets.Tcp(remote, local, 0, 1, TcpFlags.RST | TcpFlags.ACK, default), outgoing: false, SocketRecording.Now());
            }
        });
    }

    /// <summary>Bytes that went out or came in; none that came in are the end of the stream.</summary>
    /// <param name="outgoing">Whether they went out.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="address">For a datagram where it went to or came from; null for the peer.</param>
    /// <param name="destination">For a datagram that came in the address that it was sent to, where that is known.</param>
    public void Moved(bool outgoing, ReadOnlySpan<byte> data, EndPoint? address = null, IPAddress? destination = null)
    {
        byte[] bytes = data.ToArray(); // A recording costs what it costs; a span does not go into the lock.
        Recording.WriteTogether(() =>
        {
            if (!_connects)
            {
                Datagram(outgoing, bytes, address, destination);
            }
            else if (bytes.Length == 0 && !outgoing)
            {
                End(outgoing: false);
            }
            else
            {
                Stream(outgoing, bytes);
            }
        });
    }

    /// <summary>A call that failed. A reset is one that came in.</summary>
    public void Failed(Errno errno)
    {
        if (errno is Errno.ECONNRESET or Errno.EPIPE && _connects)
        {
            Recording.WriteTogether(() => Reset(outgoing: false));
        }
    }

    /// <summary>This side sends no more.</summary>
    public void Ended()
    {
        if (_connects)
        {
            Recording.WriteTogether(() => End(outgoing: true));
        }
    }

    /// <summary>The channel is being closed; its descriptor is still there.</summary>
    public void Closed(bool reset)
    {
        Recording.WriteTogether(() =>
        {
            if (_connects && !_closed && reset)
            {
                Reset(outgoing: true);
            }
            else if (_connects && !_closed)
            {
                End(outgoing: true);
            }

            _closed = true;
        });
        Recording.Release();
    }

    private void Stream(bool outgoing, ReadOnlySpan<byte> data)
    {
        int most = SyntheticPackets.MaximumSegment(_local!.Address);
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> segment = data[..Math.Min(data.Length, most)];
            Segment(outgoing, TcpFlags.PSH | TcpFlags.ACK, segment);
            Count(outgoing, segment.Length);
            Segment(!outgoing, TcpFlags.ACK);
            data = data[segment.Length..];
        }
    }

    private void End(bool outgoing)
    {
        if ((outgoing ? _own : _peer).Ended || _reset)
        {
            return;
        }

        Segment(outgoing, TcpFlags.FIN | TcpFlags.ACK);
        Count(outgoing, 1);
        (outgoing ? ref _own : ref _peer).Ended = true;
        Segment(!outgoing, TcpFlags.ACK);
    }

    private void Reset(bool outgoing)
    {
        if (!_reset && !(_own.Ended && _peer.Ended))
        {
            _reset = true;
            Segment(outgoing, TcpFlags.RST | TcpFlags.ACK);
        }
    }

    private void Segment(bool outgoing, TcpFlags flags, ReadOnlySpan<byte> data = default, long at = 0)
    {
        (Side side, Side other) = outgoing ? (_own, _peer) : (_peer, _own);
        (IPEndPoint from, IPEndPoint to) = outgoing ? (_local!, _remote!) : (_remote!, _local!);
        uint acknowledgement = (flags & TcpFlags.ACK) == 0 ? 0 : other.Sequence;
        Recording.Write(SyntheticPackets.Tcp(from, to, side.Sequence, acknowledgement, flags, data), outgoing, at == 0 ? SocketRecording.Now() : at);
    }

    private void Count(bool outgoing, int bytes) => (outgoing ? ref _own : ref _peer).Sequence += (uint)bytes;

    private void Datagram(bool outgoing, byte[] data, EndPoint? address, IPAddress? destination)
    {
        if (_local is null or { Port: 0 })
        {
            FindNames(); // The first send binds a socket that had no address.
        }

        if (outgoing && destination is { } group && (group.IsIPv6Multicast || group.GetAddressBytes()[0] is >= 224 and < 240))
        {
            destination = null; // It came to a group, and the answer goes out from an address of this machine.
        }

        IPEndPoint other = address is null ? _remote! : ToIp(address);
        IPEndPoint own = Fit(destination is null ? _local! : new IPEndPoint(destination, _local!.Port), other);
        Recording.Write(outgoing ? SyntheticPackets.Udp(own, other, data) : SyntheticPackets.Udp(other, own, data), outgoing, SocketRecording.Now());
    }

    // A socket that is bound to every address sends from one of the family of its receiver; which one, only the kernel knows, but on the loopback.
    private static IPEndPoint Fit(IPEndPoint own, IPEndPoint other)
    {
        IPAddress address = own.Address.IsIPv4MappedToIPv6 ? own.Address.MapToIPv4() : own.Address;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.AddressFamily != other.AddressFamily)
        {
            address = IPAddress.IsLoopback(other.Address) ? other.Address : other.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        }

        return new IPEndPoint(address, own.Port);
    }

    private void FindNames()
    {
        (EndPoint? local, EndPoint? remote) = _channel.Names();
        _remote ??= remote is null && _channel.AddressFamily != AddressFamily.Unix ? null : ToIp(remote);
        if (_channel.AddressFamily == AddressFamily.Unix)
        {
            _local ??= ToIp(local);
        }
        else
        {
            _local = ToIp(local);
            _remote ??= new IPEndPoint(_local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        }
    }

    private IPEndPoint ToIp(EndPoint? address) => SocketChannel.Shown(address) switch
    {
        IPEndPoint ip => ip,
        null when _channel.AddressFamily == AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Any, 0),
        null when _channel.AddressFamily != AddressFamily.Unix => new IPEndPoint(IPAddress.Any, 0),
        { } unix => Recording.MakeUp(unix.ToString()),
        null => Recording.MakeUp(null),
    };

    private struct Side
    {
        // The next byte of this side. It begins with 0, so that the numbers are the relative ones at once.
        public uint Sequence;

        // It has sent a FIN.
        public bool Ended;
    }
}
