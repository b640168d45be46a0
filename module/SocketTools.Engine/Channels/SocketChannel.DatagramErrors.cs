using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private long _datagramsSent;
    private int _lastDatagram;

    /// <summary>Datagrams handed to the kernel.</summary>
    public long DatagramsSent => Interlocked.Read(ref _datagramsSent);

    /// <summary>Bytes of the largest datagram that this socket's protocol can carry; null where there is no such limit.</summary>
    internal int? LargestDatagram(EndPoint? to) => AddressFamily switch
    {
        _ when !KeepsBoundaries => null,

        // 16 bits of length, less the headers of UDP, and of IPv4 where they count (RFC 768, RFC 8200 section 8.1).
        AddressFamily.InterNetworkV6 when (to ?? _remote) is not IPEndPoint { Address: { IsIPv4MappedToIPv6: true } or { AddressFamily: AddressFamily.InterNetwork } } => 65527,
        AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 => 65507,

        // A Unix datagram must fit into the sender's buffer, with 32 bytes of the kernel's own (unix_dgram_sendmsg).
        AddressFamily.Unix when SocketOptionTable.Find("SendBuffer") is { } option => (int)GetOption(option).Value! - 32,
        _ => null,
    };

    private void CountDatagram(int bytes)
    {
        Interlocked.Add(ref _bytesSent, bytes);
        Interlocked.Increment(ref _datagramsSent);
        _lastDatagram = bytes;
        if (!_bound)
        {
            _bound = AddressFamily != AddressFamily.Unix; // The kernel has chosen a port.
            _local = null;
        }
    }

    // The error of a call on a socket that keeps boundaries, with what a person must know that errno does not say.
    private SocketCallException Failure(string operation, Errno errno, int? length = null, EndPoint? to = null)
    {
        object target = to is null ? ToTarget() : (object?)SocketEndpoint.From(Shown(to), SocketType) ?? to;
        return errno switch
        {
            Errno.EMSGSIZE when length > LargestDatagram(to) =>
                new SocketCallException(operation, errno, target, $"A datagram of {length} bytes is too large: {Protocol} takes {LargestDatagram(to)} at most") { Advice = "Send less at a time." },
            Errno.EMSGSIZE when length is not null =>
                new SocketCallException(operation, errno, target, $"A datagram of {length} bytes does not fit the path to there in one piece") { Advice = "Send less at a time." },

            // The answer of the peer's machine to an earlier datagram (ICMP port unreachable) is told by the next call, whatever that is (udp(7)).
            Errno.ECONNREFUSED when to is null && AddressFamily != AddressFamily.Unix && SocketType == SocketType.Dgram =>
                new SocketCallException(operation, errno, target, $"Nobody took datagram {DatagramsSent} of {_lastDatagram} bytes, the last one sent before{(length is null ? "" : $"; this one of {length} bytes was not sent")}")
                {
                    Advice = "Nothing was bound to that port when it came. Start the receiver, and send both again.",
                },
            Errno.EACCES when to is IPEndPoint || (to is null && _remote is IPEndPoint && length is not null) =>
                new SocketCallException(operation, errno, target, "That is a broadcast address, or a firewall forbids it") { Advice = "To broadcast: Set-SocketOption $channel -Broadcast $true." },
            Errno.EDESTADDRREQ or Errno.ENOTCONN when length is not null =>
                new SocketCallException(operation, Errno.EDESTADDRREQ, target, "The datagram has no destination"),
            _ => new SocketCallException(operation, errno, target),
        };
    }
}
