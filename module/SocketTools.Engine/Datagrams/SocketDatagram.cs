using System;
using System.Net;
using System.Text;

namespace SocketTools;

/// <summary>One message of a socket that keeps boundaries: its bytes, and what the system tells of it. Immutable.</summary>
[Formatting.TypeFormatterSource]
public sealed class SocketDatagram
{
    private static readonly TimeSpan s_replyTime = TimeSpan.FromSeconds(30);

    private readonly DatagramOrigin _origin;
    private readonly long _ticks;
    private readonly int _dropped;
    private string? _text;

    internal SocketDatagram(DatagramOrigin origin, byte[] bytes, in Calls.DatagramArrival arrival)
    {
        _origin = origin;
        Byte = bytes;
        Truncated = arrival.Truncated;
        Length = arrival.Length;
        _dropped = arrival.Dropped;
        _ticks = arrival.Ticks == 0 ? DateTime.UtcNow.Ticks : arrival.Ticks;
    }

    /// <summary>The payload; when <see cref="Truncated"/> its beginning. It may be empty.</summary>
    public byte[] Byte { get; }

    /// <summary>The payload as text.</summary>
    public string Text => _text ??= Encoding.GetString(Byte);

    /// <summary>The encoding of <see cref="Text"/>: UTF-8 when the receiver did not say.</summary>
    public Encoding Encoding => _origin.Encoding;

    /// <summary>The sender; null for a Unix socket without a name, which nobody can answer. IPv4 in IPv6 is shown as IPv4.</summary>
    public EndPoint? RemoteEndPoint => _origin.Remote;

    /// <summary>When it arrived: by the kernel's clock where the kernel tells (SO_TIMESTAMP, socket(7)), else when it was received here.</summary>
    public DateTimeOffset ReceivedAt => new DateTimeOffset(_ticks, TimeSpan.Zero).ToLocalTime();

    /// <summary>True when there was not room for all of it. The rest is gone: the system drops it.</summary>
    public bool Truncated { get; }

    /// <summary>Bytes that the sender sent; on Linux also when it was truncated, elsewhere then the bytes received.</summary>
    public int Length { get; }

    /// <summary>The address it was sent to: one of this machine's, a group's, or a broadcast address. Null where the system does not tell.</summary>
    public IPAddress? Destination => _origin.Destination;

    /// <summary>The number of the interface by which it came; 0 where the system does not tell.</summary>
    public int InterfaceIndex => _origin.Interface;

    /// <summary>The name of the interface by which it came; null where the system does not tell.</summary>
    public string? Interface => InterfaceIndex == 0 ? null : InterfaceNames.Of(InterfaceIndex);

    /// <summary>How many datagrams the kernel has dropped on this socket before, because nobody received them in time (SO_RXQ_OVFL). Null where it does not tell; Linux tells once there are some.</summary>
    public long? Dropped => _dropped < 0 ? null : _dropped;

    /// <summary>The socket that received it.</summary>
    public SocketChannel Channel => _origin.Channel;

    /// <summary>Sends bytes back to the sender, from the address that this datagram was sent to.</summary>
    /// <exception cref="SocketCallException">EDESTADDRREQ: the sender has no address. EMSGSIZE, EBADF, ECONNREFUSED, and what else sendto(2) gives.</exception>
    public void Reply(byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Channel.Answer(this, data, new SocketWait(s_replyTime));
    }

    /// <summary>Sends text back to the sender, in <see cref="Encoding"/>.</summary>
    /// <exception cref="SocketCallException">As for bytes.</exception>
    public void Reply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Reply(Encoding.GetBytes(text));
    }

    /// <summary>Sender and size in a line.</summary>
    public override string ToString() => $"{Length} bytes from {RemoteEndPoint?.ToString() ?? "a socket without a name"}";
}
