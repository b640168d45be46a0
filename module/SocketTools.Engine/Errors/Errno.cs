namespace SocketTools;

/// <summary>
/// The error numbers that socket calls report, by their names in errno(3), with the numbers of Linux.
/// Negative values are the getaddrinfo(3) codes, which are not errno but fail a connect all the same.
/// </summary>
/// <remarks>
/// The value is normalised: on macOS and Windows the native number differs and is translated on the way in, so that a
/// script can test for one name everywhere. EAGAIN and EWOULDBLOCK are one number; the name used here is EWOULDBLOCK.
/// </remarks>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,
    /// <summary>Operation not permitted.</summary>
    EPERM = 1,
    /// <summary>No such file or directory.</summary>
    ENOENT = 2,
    /// <summary>No such process.</summary>
    ESRCH = 3,
    /// <summary>Interrupted by a signal.</summary>
    EINTR = 4,
    /// <summary>Input/output error.</summary>
    EIO = 5,
    /// <summary>No such device or address.</summary>
    ENXIO = 6,
    /// <summary>Longer than the room for it: a message of System V.</summary>
    E2BIG = 7,
    /// <summary>Bad file descriptor: the socket is closed.</summary>
    EBADF = 9,
    /// <summary>The call would have to wait (EAGAIN).</summary>
    EWOULDBLOCK = 11,
    /// <summary>Out of memory.</summary>
    ENOMEM = 12,
    /// <summary>Permission denied.</summary>
    EACCES = 13,
    /// <summary>Bad address.</summary>
    EFAULT = 14,
    /// <summary>Device or resource busy.</summary>
    EBUSY = 16,
    /// <summary>File exists.</summary>
    EEXIST = 17,
    /// <summary>No such device.</summary>
    ENODEV = 19,
    /// <summary>A part of the path is not a directory.</summary>
    ENOTDIR = 20,
    /// <summary>Is a directory.</summary>
    EISDIR = 21,
    /// <summary>Invalid argument.</summary>
    EINVAL = 22,
    /// <summary>The system is out of descriptors.</summary>
    ENFILE = 23,
    /// <summary>The process is out of descriptors.</summary>
    EMFILE = 24,
    /// <summary>Not a terminal.</summary>
    ENOTTY = 25,
    /// <summary>File too large: more than a limit allows.</summary>
    EFBIG = 27,
    /// <summary>No space left on device.</summary>
    ENOSPC = 28,
    /// <summary>Not a regular file: it has no positions.</summary>
    ESPIPE = 29,
    /// <summary>Read-only file system.</summary>
    EROFS = 30,
    /// <summary>The peer no longer reads.</summary>
    EPIPE = 32,
    /// <summary>Name too long.</summary>
    ENAMETOOLONG = 36,
    /// <summary>Not implemented by this system.</summary>
    ENOSYS = 38,
    /// <summary>Too many symbolic links.</summary>
    ELOOP = 40,
    /// <summary>No message of the type that was asked for.</summary>
    ENOMSG = 42,
    /// <summary>The resource was removed meanwhile.</summary>
    EIDRM = 43,
    /// <summary>The data asked for did not come: the stream ended first.</summary>
    ENODATA = 61,
    /// <summary>Protocol error.</summary>
    EPROTO = 71,
    /// <summary>A message or data that is not in the form agreed on.</summary>
    EBADMSG = 74,
    /// <summary>A counter would pass its maximum.</summary>
    EOVERFLOW = 75,
    /// <summary>Bytes that are no character in the encoding.</summary>
    EILSEQ = 84,
    /// <summary>Not a socket.</summary>
    ENOTSOCK = 88,
    /// <summary>Destination address required.</summary>
    EDESTADDRREQ = 89,
    /// <summary>Message too long.</summary>
    EMSGSIZE = 90,
    /// <summary>Protocol of the wrong type for the socket.</summary>
    EPROTOTYPE = 91,
    /// <summary>Option not known to the protocol.</summary>
    ENOPROTOOPT = 92,
    /// <summary>Protocol not supported.</summary>
    EPROTONOSUPPORT = 93,
    /// <summary>Socket type not supported.</summary>
    ESOCKTNOSUPPORT = 94,
    /// <summary>Operation not supported on this socket.</summary>
    EOPNOTSUPP = 95,
    /// <summary>Protocol family not supported.</summary>
    EPFNOSUPPORT = 96,
    /// <summary>Address family not supported.</summary>
    EAFNOSUPPORT = 97,
    /// <summary>Address already in use.</summary>
    EADDRINUSE = 98,
    /// <summary>Address not available on this machine.</summary>
    EADDRNOTAVAIL = 99,
    /// <summary>Network is down.</summary>
    ENETDOWN = 100,
    /// <summary>Network is unreachable.</summary>
    ENETUNREACH = 101,
    /// <summary>Connection dropped by the network.</summary>
    ENETRESET = 102,
    /// <summary>Connection aborted by this machine.</summary>
    ECONNABORTED = 103,
    /// <summary>Connection reset by the peer.</summary>
    ECONNRESET = 104,
    /// <summary>No buffer space.</summary>
    ENOBUFS = 105,
    /// <summary>The socket is connected already.</summary>
    EISCONN = 106,
    /// <summary>The socket is not connected.</summary>
    ENOTCONN = 107,
    /// <summary>Sending after shutdown.</summary>
    ESHUTDOWN = 108,
    /// <summary>The time limit passed.</summary>
    ETIMEDOUT = 110,
    /// <summary>Connection refused.</summary>
    ECONNREFUSED = 111,
    /// <summary>Host is down.</summary>
    EHOSTDOWN = 112,
    /// <summary>No route to host.</summary>
    EHOSTUNREACH = 113,
    /// <summary>A connect is in progress already.</summary>
    EALREADY = 114,
    /// <summary>The connect goes on in the background.</summary>
    EINPROGRESS = 115,
    /// <summary>Disk quota exceeded.</summary>
    EDQUOT = 122,
    /// <summary>An operation was given up.</summary>
    ECANCELED = 125,
    /// <summary>getaddrinfo: the name is not known.</summary>
    EAI_NONAME = -2,
    /// <summary>getaddrinfo: no answer from the name server for now.</summary>
    EAI_AGAIN = -3,
    /// <summary>getaddrinfo: the name server failed for good.</summary>
    EAI_FAIL = -4,
    /// <summary>getaddrinfo: the name has no address.</summary>
    EAI_NODATA = -5,
    /// <summary>getaddrinfo: the service name is not known.</summary>
    EAI_SERVICE = -8,
}
