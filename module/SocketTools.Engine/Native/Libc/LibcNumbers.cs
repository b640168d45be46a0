using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketTools.Native;

/// <summary>The numbers of socket.h, fcntl.h and poll.h that Linux and macOS do not share.</summary>
internal static class LibcNumbers
{
    private static readonly bool s_mac = OperatingSystem.IsMacOS();

    public const int F_SETFD = 2;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int FD_CLOEXEC = 1;

    public const short POLLIN = 0x1;
    public const short POLLPRI = 0x2;
    public const short POLLOUT = 0x4;
    public const short POLLERR = 0x8;
    public const short POLLHUP = 0x10;
    public const short POLLNVAL = 0x20;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLONESHOT = 1u << 30;

    public const int SCM_RIGHTS = 1;
    public const int IPPROTO_IPV6 = 41;

    // Linux only: macOS has no such flags at socket(2).
    public const int SOCK_CLOEXEC = 0x80000;
    public const int F_SETPIPE_SZ = 1031;
    public const uint SPLICE_F_NONBLOCK = 2;
    public const int SOCK_NONBLOCK = 0x800;
    public const int CLONE_FS = 0x200;
    public const int EFD_CLOEXEC_NONBLOCK = 0x80800;

    // Memory and clocks. MAP_SHARED and PROT are the same on macOS; the rest is used on Linux only.
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int PROT_EXEC = 4;
    public const int MAP_SHARED = 1;
    public const int MAP_PRIVATE = 2;
    public const int MAP_ANONYMOUS = 0x20;
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int IPC_RMID = 0;

    public static readonly int O_NONBLOCK = s_mac ? 0x4 : 0x800;
    public static readonly int O_CLOEXEC = s_mac ? 0x1000000 : 0x80000;
    public static readonly int MSG_DONTWAIT = s_mac ? 0x80 : 0x40;

    // macOS lacks the flag; .NET ignores SIGPIPE in the whole process, so nothing is lost there.
    public static readonly int MSG_NOSIGNAL = s_mac ? 0 : 0x4000;
    public static readonly int MSG_CMSG_CLOEXEC = s_mac ? 0 : 0x40000000;
    public static readonly int MSG_TRUNC = s_mac ? 0x10 : 0x20;
    public const int MSG_WAITFORONE = 0x10000; // Linux only, as is recvmmsg

    // What comes beside a datagram. Linux gives nanoseconds (SO_TIMESTAMPNS) and counts what it dropped; macOS gives microseconds.
    public static readonly int SO_TIMESTAMP = s_mac ? 0x400 : 35;
    public static readonly int SCM_TIMESTAMP = s_mac ? 2 : 35;
    public static readonly int SO_RXQ_OVFL = s_mac ? 0 : 40;
    public static readonly int IP_RECVPKTINFO = s_mac ? 26 : 8;
    public static readonly int IP_PKTINFO = s_mac ? 26 : 8;
    public static readonly int IPV6_RECVPKTINFO = s_mac ? 61 : 49;
    public static readonly int IPV6_PKTINFO = s_mac ? 46 : 50;
    public const int IPPROTO_IP = 0;

    // Joining groups by the calls that are the same for both families (RFC 3678).
    public static readonly int MCAST_JOIN_GROUP = s_mac ? 80 : 42;
    public static readonly int MCAST_LEAVE_GROUP = s_mac ? 81 : 45;
    public static readonly int MCAST_JOIN_SOURCE_GROUP = s_mac ? 82 : 46;
    public static readonly int MCAST_LEAVE_SOURCE_GROUP = s_mac ? 83 : 47;

    public static readonly int SO_TYPE = s_mac ? 0x1008 : 3;
    public static readonly int SO_ACCEPTCONN = s_mac ? 2 : 30;
    public static readonly int SO_PROTOCOL = s_mac ? 0 : 38;
    public static readonly nuint SIOCATMARK = s_mac ? 0x40047307u : 0x8905u;
    public static readonly int SOL_SOCKET = s_mac ? 0xFFFF : 1;
    public static readonly int SO_REUSEADDR = s_mac ? 4 : 2;
    public static readonly int SO_ERROR = s_mac ? 0x1007 : 4;
    public static readonly int SO_LINGER = s_mac ? 0x1080 : 13;
    public static readonly int SO_SNDTIMEO = s_mac ? 0x1005 : 21;
    public static readonly int IPV6_V6ONLY = s_mac ? 27 : 26;

    public const int AI_CANONNAME = 2;

    /// <summary>The error that getaddrinfo(3) returned. Linux has the negative numbers of netdb.h, macOS positive ones.</summary>
    public static Errno ResolverErrno(int code) => (s_mac ? -MacToLinux(code) : code) switch
    {
        -2 => Errno.EAI_NONAME,
        -3 => Errno.EAI_AGAIN,
        -5 or -9 => Errno.EAI_NODATA, // EAI_ADDRFAMILY says the same of a numeric host
        -6 => Errno.EAFNOSUPPORT,
        -8 => Errno.EAI_SERVICE,
        -10 => Errno.ENOMEM,
        -11 => LastErrno() is not Errno.None and var errno ? errno : Errno.EAI_FAIL, // EAI_SYSTEM
        _ => Errno.EAI_FAIL,
    };

    private static int MacToLinux(int code) => code switch
    {
        1 => 9,
        2 => 3,
        5 => 6,
        6 => 10,
        7 => 5,
        8 => 2,
        9 => 8,
        11 => 11,
        _ => 4,
    };

    public static int Family(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => 2,
        AddressFamily.Unix => 1,
        AddressFamily.InterNetworkV6 => s_mac ? 30 : 10,
        AddressFamily.Packet => 17,
        AddressFamily.ControllerAreaNetwork => 29,
        _ => (int)family,
    };

    public static AddressFamily Family(int number) =>
        number == 2 ? AddressFamily.InterNetwork
        : number == 1 ? AddressFamily.Unix
        : number == Family(AddressFamily.InterNetworkV6) ? AddressFamily.InterNetworkV6
        : AddressFamily.Unknown;

    public static int Type(SocketType type) => type switch
    {
        SocketType.Stream => 1,
        SocketType.Dgram => 2,
        SocketType.Raw => 3,
        SocketType.Rdm => 4,
        SocketType.Seqpacket => 5,
        _ => (int)type,
    };

    /// <summary>The errno of the call just made, as the engine names it.</summary>
    public static Errno LastErrno()
    {
        int number = Marshal.GetLastPInvokeError();
        return s_mac ? ErrnoTable.FromMac(number) : (Errno)number;
    }

    /// <summary>Where a symbolic link points to, as far as there is room; -1 for what is none.</summary>
    public static unsafe int ReadLink(string path, Span<byte> target)
    {
        fixed (byte* pointer = target)
        {
            return (int)Libc.ReadLink(path, pointer, target.Length);
        }
    }

    public static int GetFlags(int fd) => Fcntl(fd, F_GETFL, 0);

    public static int Fcntl(int fd, int command, nint argument) =>
        s_mac && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? Libc.FcntlOnAppleArm(fd, command, 0, 0, 0, 0, 0, 0, argument)
            : Libc.Fcntl(fd, command, argument);
}
