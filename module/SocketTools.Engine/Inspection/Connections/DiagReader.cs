using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace SocketTools.Inspection;

/// <summary>The messages of sock_diag(7). No I/O: bytes in, connections or an errno out. Whatever the bytes are, nothing else happens.</summary>
internal static class DiagReader
{
    private const int HeaderSize = 16; // struct nlmsghdr
    private const int InetSize = 72; // struct inet_diag_msg
    private const int UnixSize = 16; // struct unix_diag_msg
    private const int SOCK_DIAG_BY_FAMILY = 20;
    private const int AF_UNIX = 1;
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;
    private const int NLMSG_ERROR = 2;
    private const int NLMSG_DONE = 3;
    private const int NLM_F_DUMP_INTR = 0x10;
    private const int INET_DIAG_INFO = 2;
    private const int INET_DIAG_CONG = 4;
    private const int INET_DIAG_SKMEMINFO = 7;
    private const int UNIX_DIAG_NAME = 0;
    private const int UNIX_DIAG_PEER = 2;
    private const int UNIX_DIAG_RQLEN = 4;
    private const int UNIX_DIAG_UID = 7;

    private const int KnownAddresses = 1024;

    [ThreadStatic]
    private static Dictionary<uint, IPAddress>? t_addresses;

    /// <summary>How one block of messages ended.</summary>
    public enum Outcome
    {
        /// <summary>More blocks follow.</summary>
        More,
        /// <summary>It was the last one.</summary>
        Done,
        /// <summary>The kernel refused; the errno says why.</summary>
        Failed,
        /// <summary>The bytes are no whole messages.</summary>
        Truncated,
    }

    /// <summary>Reads a block as recv(2) gave it.</summary>
    /// <param name="data">The block.</param>
    /// <param name="protocol">tcp, udp or raw for Internet sockets; unused for Unix sockets.</param>
    /// <param name="owners">For the connections.</param>
    /// <param name="found">Takes each connection; for tcp with the bytes of its TCP_INFO where they were asked for.</param>
    /// <param name="errno">Why it failed.</param>
    public static Outcome Read(ReadOnlySpan<byte> data, string protocol, SocketOwners owners, ConnectionFound found, out Errno errno)
    {
        errno = Errno.None;
        while (data.Length > 0)
        {
            if (data.Length < HeaderSize)
            {
                return Outcome.Truncated;
            }

            int length = MemoryMarshal.Read<int>(data);
            int type = MemoryMarshal.Read<ushort>(data[4..]);
            if (length < HeaderSize || length > data.Length)
            {
                return Outcome.Truncated;
            }

            ReadOnlySpan<byte> body = data[HeaderSize..length];
            switch (type)
            {
                case NLMSG_DONE:
                    errno = body.Length >= sizeof(int) && MemoryMarshal.Read<int>(body) is < 0 and var code ? (Errno)(-code) : Errno.None;
                    return errno == Errno.None ? Outcome.Done : Outcome.Failed;
                case NLMSG_ERROR when body.Length >= sizeof(int) && MemoryMarshal.Read<int>(body) == 0:
                    break; // An acknowledgement.
                case NLMSG_ERROR:
                    errno = body.Length >= sizeof(int) ? (Errno)(-MemoryMarshal.Read<int>(body)) : Errno.EIO;
                    return Outcome.Failed;
                case SOCK_DIAG_BY_FAMILY:
                    if (!Message(body, protocol, owners, found))
                    {
                        return Outcome.Truncated;
                    }

                    break;
                default:
                    break; // NLMSG_NOOP, and what later kernels may say.
            }

            data = data[Math.Min(data.Length, Align(length))..];
        }

        return Outcome.More;
    }

    /// <summary>Whether the kernel says in one of the messages that sockets came and went while it listed them, so that some may be missing.</summary>
    public static bool WasInterrupted(ReadOnlySpan<byte> data)
    {
        while (data.Length >= HeaderSize)
        {
            if ((MemoryMarshal.Read<ushort>(data[6..]) & NLM_F_DUMP_INTR) != 0)
            {
                return true;
            }

            int length = MemoryMarshal.Read<int>(data);
            if (length < HeaderSize || length > data.Length)
            {
                return false;
            }

            data = data[Math.Min(data.Length, Align(length))..];
        }

        return false;
    }

    private static bool Message(ReadOnlySpan<byte> body, string protocol, SocketOwners owners, ConnectionFound found)
    {
        switch (body.IsEmpty ? -1 : body[0])
        {
            case AF_UNIX when body.Length >= UnixSize:
                found(UnixSocket(body, owners), default);
                return true;
            case AF_INET or AF_INET6 when body.Length >= InetSize:
                found(InternetSocket(body, protocol, owners), Attribute(body[InetSize..], INET_DIAG_INFO));
                return true;
            case -1 or AF_UNIX or AF_INET or AF_INET6:
                return false;
            default:
                return true; // A family that was not asked for.
        }
    }

    private static SocketConnection InternetSocket(ReadOnlySpan<byte> body, string protocol, SocketOwners owners)
    {
        bool stream = protocol == "tcp";
        bool ipv4 = body[0] == AF_INET;
        int state = body[1];
        int timer = body[2];
        int size = ipv4 ? 4 : 16;
        uint inode = MemoryMarshal.Read<uint>(body[68..]);
        ReadOnlySpan<byte> memory = Attribute(body[InetSize..], INET_DIAG_SKMEMINFO);
        return new SocketConnection
        {
            Protocol = protocol,
            State = SocketStates.Name(state, stream),
            Timer = (SocketConnectionTimer)Math.Min(timer, (int)SocketConnectionTimer.ZeroWindow),
            Retransmits = body[3],
            LocalPort = BinaryPrimitives.ReadUInt16BigEndian(body[4..]),
            RemotePort = BinaryPrimitives.ReadUInt16BigEndian(body[6..]),
            LocalAddress = Address(body.Slice(8, size)),
            RemoteAddress = Address(body.Slice(24, size)),
            InterfaceIndex = MemoryMarshal.Read<int>(body[40..]),
            Cookie = MemoryMarshal.Read<ulong>(body[44..]),
            TimerExpires = timer == 0 ? null : TimeSpan.FromMilliseconds(MemoryMarshal.Read<uint>(body[52..])),
            ReceiveQueue = MemoryMarshal.Read<uint>(body[56..]),
            SendQueue = MemoryMarshal.Read<uint>(body[60..]),
            UserId = SocketStates.User(MemoryMarshal.Read<uint>(body[64..]), inode),
            Inode = inode,
            Congestion = UnixName(Attribute(body[InetSize..], INET_DIAG_CONG)),
            Dropped = memory.Length >= 36 ? MemoryMarshal.Read<uint>(memory[32..]) : null,
            Owners = owners,
        };
    }

    // Thousands of sockets have a few addresses among them; an IPAddress does not change, so one object serves them all.
    private static IPAddress Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 4)
        {
            return new IPAddress(bytes);
        }

        Dictionary<uint, IPAddress> known = t_addresses ??= [];
        uint number = MemoryMarshal.Read<uint>(bytes);
        if (known.TryGetValue(number, out IPAddress? address))
        {
            return address;
        }

        if (known.Count >= KnownAddresses)
        {
            known.Clear();
        }

        return known[number] = new IPAddress(bytes);
    }

    private static SocketConnection UnixSocket(ReadOnlySpan<byte> body, SocketOwners owners)
    {
        int type = body[1];
        uint inode = MemoryMarshal.Read<uint>(body[4..]);
        ReadOnlySpan<byte> attributes = body[UnixSize..];
        ReadOnlySpan<byte> queues = Attribute(attributes, UNIX_DIAG_RQLEN);
        ReadOnlySpan<byte> peer = Attribute(attributes, UNIX_DIAG_PEER);
        ReadOnlySpan<byte> user = Attribute(attributes, UNIX_DIAG_UID);
        return new SocketConnection
        {
            Protocol = UnixProtocol(type),

            // A Unix socket that is "closed" has no peer, whatever its type.
            State = SocketStates.Name(body[2], stream: false),
            Inode = inode,
            Cookie = MemoryMarshal.Read<ulong>(body[8..]),
            Path = UnixName(Attribute(attributes, UNIX_DIAG_NAME)),
            PeerInode = peer.Length >= sizeof(uint) ? MemoryMarshal.Read<uint>(peer) : 0,
            ReceiveQueue = queues.Length >= 2 * sizeof(uint) ? MemoryMarshal.Read<uint>(queues) : null,
            SendQueue = queues.Length >= 2 * sizeof(uint) ? MemoryMarshal.Read<uint>(queues[4..]) : null,
            UserId = user.Length >= sizeof(uint) ? SocketStates.User(MemoryMarshal.Read<uint>(user), inode) : null,
            Owners = owners,
        };
    }

    /// <summary>The word of the endpoint grammar for a type of Unix sockets.</summary>
    public static string UnixProtocol(int type) => type switch { 1 => "unix", 2 => "unixgram", 5 => "unixpacket", _ => "unix" };

    /// <summary>The name of a Unix socket as the kernel has it: a NUL first is an abstract name.</summary>
    public static string? UnixName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return null;
        }

        if (name[0] == 0)
        {
            return "@" + Encoding.UTF8.GetString(name[1..]);
        }

        int end = name.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
    }

    private static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, int wanted)
    {
        const int Header = 4; // struct nlattr
        while (attributes.Length >= Header)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            int type = MemoryMarshal.Read<ushort>(attributes[2..]) & 0x3FFF;
            if (length < Header || length > attributes.Length)
            {
                return default;
            }

            if (type == wanted)
            {
                return attributes[Header..length];
            }

            attributes = attributes[Math.Min(attributes.Length, Align(length))..];
        }

        return default;
    }

    private static int Align(int length) => (length + 3) & ~3;
}

/// <summary>Takes a connection, and its TCP_INFO or nothing.</summary>
internal delegate void ConnectionFound(SocketConnection connection, ReadOnlySpan<byte> info);
