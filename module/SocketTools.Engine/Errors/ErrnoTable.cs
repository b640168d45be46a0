using System.Collections.Generic;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>The one table of error names: what each means, what to do about it, and how other platforms spell it.</summary>
public static class ErrnoTable
{
    /// <summary>One row: PowerShell's category by its name, the meaning in the words of strerror(3), advice for the person who sees it, the number on macOS, the name in .NET.</summary>
    public sealed record Row(Errno Errno, string Category, string Meaning, string Advice, int MacNumber = 0, SocketError? SocketError = null);

    private static readonly Row[] s_rows =
    [
        new(Errno.EPERM, "PermissionDenied", "Operation not permitted", "Run with the privilege that this operation needs.", 1),
        new(Errno.ENOENT, "ObjectNotFound", "No such file or directory", "Check the path: the directory must exist, and to connect, the socket file too.", 2),
        new(Errno.ESRCH, "ObjectNotFound", "No such process", "The process has ended, or never was. Check the number: Get-Process lists them.", 3),
        new(Errno.EINTR, "OperationStopped", "Interrupted system call", "Call again.", 4, SocketError.Interrupted),
        new(Errno.EIO, "ReadError", "Input/output error", "The system log may say more.", 5),
        new(Errno.ENXIO, "ObjectNotFound", "No such device or address", "Check the address.", 6),
        new(Errno.E2BIG, "LimitsExceeded", "Argument list too long", "The message is longer than the room for it: give more.", 7),
        new(Errno.EBADF, "InvalidOperation", "Bad file descriptor", "The socket is closed. Open a new one.", 9, SocketError.OperationAborted),
        new(Errno.EWOULDBLOCK, "OperationTimeout", "Resource temporarily unavailable", "Nothing was ready. Give -TimeoutSeconds to wait, or try again later.", 35, SocketError.WouldBlock),
        new(Errno.ENOMEM, "ResourceUnavailable", "Cannot allocate memory", "Free memory, or raise the limit.", 12),
        new(Errno.EACCES, "PermissionDenied", "Permission denied", "Ports below 1024 need a privilege on most systems; a Unix socket file needs write permission on it and search permission on its directory.", 13, SocketError.AccessDenied),
        new(Errno.EFAULT, "InvalidArgument", "Bad address", "Report this as a bug.", 14, SocketError.Fault),
        new(Errno.EBUSY, "ResourceBusy", "Device or resource busy", "Try again later.", 16),
        new(Errno.EEXIST, "ResourceExists", "File exists", "Choose another path, or remove the file.", 17),
        new(Errno.ENODEV, "ObjectNotFound", "No such device", "Check the interface name.", 19),
        new(Errno.ENOTDIR, "InvalidArgument", "Not a directory", "A part of the path is a file. Check the path.", 20),
        new(Errno.EISDIR, "InvalidArgument", "Is a directory", "Name a file in it.", 21),
        new(Errno.EINVAL, "InvalidArgument", "Invalid argument", "Check the value and the state of the socket.", 22, SocketError.InvalidArgument),
        new(Errno.ENFILE, "ResourceUnavailable", "Too many open files in system", "Close some sockets (Get-Socket | Close-Socket).", 23),
        new(Errno.EMFILE, "ResourceUnavailable", "Too many open files", "Close some sockets (Get-Socket | Close-Socket), or raise the limit (ulimit -n).", 24, SocketError.TooManyOpenSockets),
        new(Errno.ENOTTY, "InvalidOperation", "Inappropriate ioctl for device", "Run it in a console.", 25),
        new(Errno.EFBIG, "LimitsExceeded", "File too large", "Raise the limit, or send less.", 27),
        new(Errno.ENOSPC, "ResourceUnavailable", "No space left on device", "Free some space.", 28),
        new(Errno.ESPIPE, "InvalidArgument", "Illegal seek", "Give a regular file.", 29),
        new(Errno.EROFS, "PermissionDenied", "Read-only file system", "Choose a path on a file system that can be written.", 30),
        new(Errno.EPIPE, "ConnectionError", "Broken pipe", "The other side has closed, or this side was shut down for sending. Connect again.", 32, SocketError.Shutdown),
        new(Errno.ENAMETOOLONG, "InvalidArgument", "File name too long", "Choose a shorter path: a directory such as /tmp, or a path relative to the current location.", 63),
        new(Errno.ENOSYS, "NotImplemented", "Function not implemented", "This system does not have the call.", 78),
        new(Errno.ELOOP, "InvalidArgument", "Too many levels of symbolic links", "Check the links in the path.", 62),
        new(Errno.ENOMSG, "OperationTimeout", "No message of desired type", "Try again later, or take messages of any type.", 91),
        new(Errno.EIDRM, "ObjectNotFound", "Identifier removed", "Somebody removed it meanwhile. Make a new one.", 90),
        new(Errno.EOVERFLOW, "LimitsExceeded", "Value too large for defined data type", "The value would pass its maximum. It is as it was before.", 84),
        new(Errno.ENODATA, "ReadError", "No data available", "The peer ended the stream early. What did arrive is still in the channel: receive it with a smaller count.", 96),
        new(Errno.EPROTO, "ProtocolError", "Protocol error", "The peer does not speak the protocol expected.", 100),
        new(Errno.EBADMSG, "InvalidData", "Bad message", "What came is not what was expected: check that both sides agree on its form, or have it sent again.", 94),
        new(Errno.EILSEQ, "InvalidData", "Invalid or incomplete multibyte or wide character", "Check -Encoding. The bytes are still in the channel: Receive-SocketByte returns them.", 92),
        new(Errno.ENOTSOCK, "InvalidArgument", "Socket operation on non-socket", "Give a channel from Connect-Socket, New-Socket or Receive-SocketConnection, a listener, or a .NET Socket, TcpClient or UdpClient.", 38, SocketError.NotSocket),
        new(Errno.EDESTADDRREQ, "InvalidArgument", "Destination address required", "Connect the socket first, or name a destination with -To.", 39, SocketError.DestinationAddressRequired),
        new(Errno.EMSGSIZE, "LimitsExceeded", "Message too long", "Raise the limit, or send less at a time.", 40, SocketError.MessageSize),
        new(Errno.EPROTOTYPE, "InvalidArgument", "Protocol wrong type for socket", "The socket at that address is of another type (stream, datagram or seqpacket).", 41, SocketError.ProtocolType),
        new(Errno.ENOPROTOOPT, "InvalidOperation", "Protocol not available", "This kind of socket does not have that option.", 42, SocketError.ProtocolOption),
        new(Errno.EPROTONOSUPPORT, "InvalidArgument", "Protocol not supported", "Choose a protocol that fits the address family and the socket type; 0 picks the default.", 43, SocketError.ProtocolNotSupported),
        new(Errno.ESOCKTNOSUPPORT, "InvalidArgument", "Socket type not supported", "Choose SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET.", 44, SocketError.SocketNotSupported),
        new(Errno.EOPNOTSUPP, "InvalidOperation", "Operation not supported", "This kind of socket does not have that operation.", 45, SocketError.OperationNotSupported),
        new(Errno.EPFNOSUPPORT, "InvalidArgument", "Protocol family not supported", "This system does not have that protocol family.", 46, SocketError.ProtocolFamilyNotSupported),
        new(Errno.EAFNOSUPPORT, "InvalidArgument", "Address family not supported by protocol", "The address must be of the socket's own family, and the system must support it.", 47, SocketError.AddressFamilyNotSupported),
        new(Errno.EADDRINUSE, "ResourceBusy", "Address already in use", "Another socket has that address. Close it, or choose another port (0 picks a free one).", 48, SocketError.AddressAlreadyInUse),
        new(Errno.EADDRNOTAVAIL, "ObjectNotFound", "Cannot assign requested address", "The address is not one of this machine's. List them with: ip address.", 49, SocketError.AddressNotAvailable),
        new(Errno.ENETDOWN, "ConnectionError", "Network is down", "Bring the interface up.", 50, SocketError.NetworkDown),
        new(Errno.ENETUNREACH, "ConnectionError", "Network is unreachable", "There is no route to that address. Check the address and the routes.", 51, SocketError.NetworkUnreachable),
        new(Errno.ENETRESET, "ConnectionError", "Network dropped connection on reset", "Connect again.", 52, SocketError.NetworkReset),
        new(Errno.ECONNABORTED, "ConnectionError", "Software caused connection abort", "Connect again.", 53, SocketError.ConnectionAborted),
        new(Errno.ECONNRESET, "ConnectionError", "Connection reset by peer", "The peer closed at once, with data unread or on purpose (RST). Connect again.", 54, SocketError.ConnectionReset),
        new(Errno.ENOBUFS, "ResourceUnavailable", "No buffer space available", "Close some sockets, or send less at a time.", 55, SocketError.NoBufferSpaceAvailable),
        new(Errno.EISCONN, "InvalidOperation", "Transport endpoint is already connected", "A socket connects once. Make a new one to connect again.", 56, SocketError.IsConnected),
        new(Errno.ENOTCONN, "ConnectionError", "Transport endpoint is not connected", "Connect the socket first.", 57, SocketError.NotConnected),
        new(Errno.ESHUTDOWN, "ConnectionError", "Cannot send after transport endpoint shutdown", "This side was shut down for sending.", 58),
        new(Errno.ETIMEDOUT, "OperationTimeout", "Connection timed out", "Nothing came in time. Raise -TimeoutSeconds (-1 waits for ever), or check that the peer answers.", 60, SocketError.TimedOut),
        new(Errno.ECONNREFUSED, "ConnectionError", "Connection refused", "Nothing listens at that address. Start the server, or check the port.", 61, SocketError.ConnectionRefused),
        new(Errno.EHOSTDOWN, "ConnectionError", "Host is down", "Check the host.", 64, SocketError.HostDown),
        new(Errno.EHOSTUNREACH, "ConnectionError", "No route to host", "Check the address, the routes and the firewall.", 65, SocketError.HostUnreachable),
        new(Errno.EALREADY, "InvalidOperation", "Operation already in progress", "A connect on this socket is under way. Wait for it.", 37, SocketError.AlreadyInProgress),
        new(Errno.EINPROGRESS, "InvalidOperation", "Operation now in progress", "The connect goes on in the background. Wait until the socket can be written.", 36, SocketError.InProgress),
        new(Errno.EDQUOT, "QuotaExceeded", "Disk quota exceeded", "Free some space, or raise the quota.", 69),
        new(Errno.ECANCELED, "OperationStopped", "Operation canceled", "Look at what went before it.", 89),
        new(Errno.EAI_NONAME, "ObjectNotFound", "Name or service not known", "Check the spelling of the host name.", 0, SocketError.HostNotFound),
        new(Errno.EAI_AGAIN, "ConnectionError", "Temporary failure in name resolution", "Try again, or check the name server.", 0, SocketError.TryAgain),
        new(Errno.EAI_FAIL, "ConnectionError", "Non-recoverable failure in name resolution", "Check the name server.", 0, SocketError.NoRecovery),
        new(Errno.EAI_NODATA, "ObjectNotFound", "No address associated with hostname", "The name exists, but not with an address of this family.", 0, SocketError.NoData),
        new(Errno.EAI_SERVICE, "ObjectNotFound", "Servname not supported for ai_socktype", "Give a port number, or a name from the services table."),
    ];

    private static readonly Dictionary<Errno, Row> s_byErrno = [];
    private static readonly Dictionary<int, Errno> s_byMacNumber = [];
    private static readonly Dictionary<SocketError, Errno> s_bySocketError = [];

    static ErrnoTable()
    {
        foreach (Row row in s_rows)
        {
            s_byErrno.Add(row.Errno, row);
            if (row.MacNumber != 0)
            {
                s_byMacNumber.Add(row.MacNumber, row.Errno);
            }

            if (row.SocketError is { } socketError)
            {
                s_bySocketError.Add(socketError, row.Errno);
            }
        }
    }

    /// <summary>Every row, in the order of the table.</summary>
    public static IReadOnlyList<Row> Rows => s_rows;

    /// <summary>The row of an error; for a number that the table lacks, one that says just the number.</summary>
    public static Row Get(Errno errno) =>
        s_byErrno.TryGetValue(errno, out Row? row) ? row : new Row(errno, "NotSpecified", $"Error {(int)errno}", "See errno(3).");

    /// <summary>The name in errno.h. A number that the table lacks is written as <c>E</c> and the number.</summary>
    public static string Name(Errno errno) =>
        s_byErrno.ContainsKey(errno) ? errno.ToString() : $"E{(int)errno}";

    /// <summary>The error of a native number of macOS.</summary>
    internal static Errno FromMac(int number) => s_byMacNumber.TryGetValue(number, out Errno errno) ? errno : (Errno)number;

    /// <summary>The error of a .NET socket error, for the platforms where .NET makes the calls.</summary>
    public static Errno FromSocketError(SocketError error) =>
        s_bySocketError.TryGetValue(error, out Errno errno) ? errno : Errno.EIO;
}
