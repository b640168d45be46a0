using System;
using System.Net;
using System.Net.Sockets;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    public override int StartProbe(SocketType type, ProtocolType protocol, EndPoint address, ref SafeSocketHandle? handle, SystemCallTrace? trace)
    {
        if (handle is not null)
        {
            return Connect(handle, address, trace);
        }

        if (!OperatingSystem.IsLinux())
        {
            int made = Socket(address.AddressFamily, type, protocol, out handle, trace);
            return handle is null ? made : BeginConnect(handle, address, trace);
        }

        // Non-blocking from the start, which spares two fcntl(2) for each port.
        int fd = Result(Libc.Socket(LibcNumbers.Family(address.AddressFamily), LibcNumbers.Type(type) | LibcNumbers.SOCK_CLOEXEC | LibcNumbers.SOCK_NONBLOCK, (int)protocol));
        trace?.Invoke(Record("socket", $"{SocketNames.Of(address.AddressFamily)}, {SocketNames.Of(type)}|SOCK_CLOEXEC|SOCK_NONBLOCK, {SocketNames.Of(protocol)}", fd));
        handle = Own(fd);
        return handle is null ? fd : Connect(handle, address, trace);
    }

    // The connect(2) that tells of the failure takes the socket back to its start (__inet_stream_connect, which calls tcp_disconnect).
    public override bool ConnectsAgain => OperatingSystem.IsLinux();

    public override int LookAtConnect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        if (OperatingSystem.IsLinux())
        {
            // A second connect(2) says how the first one stands, in one call: 0 once it went through, EALREADY while it goes on, or its error.
            int again = Connect(handle, address, trace);
            return again == -(int)Errno.EALREADY ? -(int)Errno.EINPROGRESS : again;
        }

        Span<PollTarget> target = [new(handle, PollEvents.Write)];
        return Poll(target, 0, default, default, trace) == 0 ? -(int)Errno.EINPROGRESS : FinishConnect(handle, trace);
    }
}
