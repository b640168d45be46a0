using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Calls;

/// <summary>The system's calls through libc, on Linux and macOS.</summary>
internal sealed unsafe partial class LibcSystemCalls : SystemCalls
{
    private const int AddressSize = 128; // sizeof(struct sockaddr_storage)

    public override int Socket(AddressFamily family, SocketType type, ProtocolType protocol, out SafeSocketHandle? handle, SystemCallTrace? trace)
    {
        int flag = OperatingSystem.IsLinux() ? LibcNumbers.SOCK_CLOEXEC : 0;
        int fd = Result(Libc.Socket(LibcNumbers.Family(family), LibcNumbers.Type(type) | flag, (int)protocol));
        trace?.Invoke(Record("socket", $"{SocketNames.Of(family)}, {SocketNames.Of(type)}{(flag == 0 ? "" : "|SOCK_CLOEXEC")}, {SocketNames.Of(protocol)}", fd));
        handle = Own(fd);
        return fd;
    }

    public override int TrySocket(int family, int type, int protocol, SystemCallTrace? trace)
    {
        int flag = OperatingSystem.IsLinux() ? LibcNumbers.SOCK_CLOEXEC : 0;
        int fd = Result(Libc.Socket(family, type | flag, protocol));
        trace?.Invoke(Record("socket", $"{family}, {type}{(flag == 0 ? "" : "|SOCK_CLOEXEC")}, {protocol}", fd));
        return fd < 0 ? fd : Result(Libc.Close(fd));
    }

    public override int Bind(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        if (address.AddressFamily == AddressFamily.Unix && address.ToString() is not ['@', ..])
        {
            // Linux makes the file with the mode of the socket's own inode, less the umask: so it is never open to others, not even for a moment.
            int mode = Result(Libc.ChangeMode(handle, Convert.ToUInt32("600", 8)));
            trace?.Invoke(Record("fchmod", $"{Fd(handle)}, 0600", mode));
        }

        int result = WithAddress(handle, address, &Libc.Bind);
        trace?.Invoke(Record("bind", $"{Fd(handle)}, {CallText.Address(address)}", result));
        return result;
    }

    public override int Listen(SafeSocketHandle handle, int backlog, SystemCallTrace? trace)
    {
        int result = Result(Libc.Listen(handle, backlog));
        trace?.Invoke(Record("listen", $"{Fd(handle)}, {backlog}", result));
        if (result == 0)
        {
            SetBlocking(handle, false);
        }

        return result;
    }

    public override int Accept(SafeSocketHandle listener, out SafeSocketHandle? handle, out EndPoint? peer, SystemCallTrace? trace)
    {
        byte* address = stackalloc byte[AddressSize];
        int length = AddressSize;
        int fd;
        if (OperatingSystem.IsLinux())
        {
            fd = Result(Libc.Accept4(listener, address, &length, LibcNumbers.SOCK_CLOEXEC));
        }
        else
        {
            fd = Result(Libc.Accept(listener, address, &length));
            if (fd >= 0)
            {
                // The BSDs pass O_NONBLOCK on from the listening socket, Linux does not (accept(2)).
                LibcNumbers.Fcntl(fd, LibcNumbers.F_SETFD, LibcNumbers.FD_CLOEXEC);
                LibcNumbers.Fcntl(fd, LibcNumbers.F_SETFL, LibcNumbers.GetFlags(fd) & ~LibcNumbers.O_NONBLOCK);
            }
        }

        peer = fd >= 0 ? ToEndPoint(address, length) : null;
        if (trace is not null)
        {
            string name = OperatingSystem.IsLinux() ? "accept4" : "accept";
            trace(Record(name, $"{Fd(listener)}, {CallText.Address(peer)}{(name == "accept4" ? ", SOCK_CLOEXEC" : "")}", fd));
        }

        handle = Own(fd);
        return fd;
    }

    public override int BeginConnect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        SetBlocking(handle, false);
        return Connect(handle, address, trace);
    }

    public override int FinishConnect(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        int error = 0;
        int length = sizeof(int);
        int result = Result(Libc.GetSocketOption(handle, LibcNumbers.SOL_SOCKET, LibcNumbers.SO_ERROR, &error, &length));
        trace?.Invoke(Record("getsockopt", $"{Fd(handle)}, SOL_SOCKET, SO_ERROR, [{error}], [4]", result));
        return result < 0 ? result : -(int)(OperatingSystem.IsMacOS() ? ErrnoTable.FromMac(error) : (Errno)error);
    }

    public override int ConnectFor(SafeSocketHandle handle, EndPoint address, int milliseconds, SystemCallTrace? trace)
    {
        SetSendTimeout(handle, milliseconds);
        SetBlocking(handle, true);
        int result = Connect(handle, address, trace);
        SetSendTimeout(handle, 0);
        return result;
    }

    public override int Receive(SafeSocketHandle handle, Span<byte> buffer, MessageFlags flags, SystemCallTrace? trace)
    {
        // MSG_OOB and MSG_PEEK are 1 and 2 everywhere, as are ours.
        int native = LibcNumbers.MSG_DONTWAIT | (int)flags;
        int count;
        fixed (byte* pointer = buffer)
        {
            do
            {
                count = Result((int)Libc.Receive(handle, pointer, buffer.Length, native));
                trace?.Invoke(Record("recv", $"{Fd(handle)}, {CallText.Data(buffer[..Math.Max(count, 0)])}, {buffer.Length}, {CallText.Flags("MSG_DONTWAIT", flags)}", count));
            }
            while (count == -(int)Errno.EINTR);
        }

        return count;
    }

    public override int Send(SafeSocketHandle handle, ReadOnlySpan<byte> data, MessageFlags flags, SystemCallTrace? trace)
    {
        int native = LibcNumbers.MSG_DONTWAIT | LibcNumbers.MSG_NOSIGNAL | (int)flags;
        int count;
        fixed (byte* pointer = data)
        {
            do
            {
                count = Result((int)Libc.Send(handle, pointer, data.Length, native));
                trace?.Invoke(Record("send", $"{Fd(handle)}, {CallText.Data(data)}, {data.Length}, {CallText.Flags("MSG_DONTWAIT|MSG_NOSIGNAL", flags)}", count));
            }
            while (count == -(int)Errno.EINTR);
        }

        return count;
    }

    public override int Shutdown(SafeSocketHandle handle, SocketShutdown how, SystemCallTrace? trace)
    {
        int result = Result(Libc.Shutdown(handle, (int)how));
        string name = how switch { SocketShutdown.Receive => "SHUT_RD", SocketShutdown.Send => "SHUT_WR", _ => "SHUT_RDWR" };
        trace?.Invoke(Record("shutdown", $"{Fd(handle)}, {name}", result));
        return result;
    }

    public override int Close(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        // SafeSocketHandle.Dispose would send RST. The handle gives up the descriptor, and the plain close(2) is made here.
        int fd = (int)handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        int result = Result(Libc.Close(fd));
        trace?.Invoke(Record("close", $"{fd}", result));
        return result;
    }

    public override Socket Wrap(SafeSocketHandle handle) => new(handle);

    public override void Adopt(Socket socket)
    {
    }

    public override int Poll(Span<PollTarget> targets, int milliseconds, CancellationToken stop, CancellationToken closed, SystemCallTrace? trace)
    {
        bool wakes = milliseconds != 0 && (stop.CanBeCanceled || closed.CanBeCanceled);
        int count = targets.Length + (wakes ? 1 : 0);
        Span<Libc.PollFd> fds = count <= 64 ? stackalloc Libc.PollFd[count] : new Libc.PollFd[count];
        int held = 0;
        WakeDescriptor? wake = null;
        CancellationTokenRegistration onStop = default;
        CancellationTokenRegistration onClosed = default;
        try
        {
            for (; held < targets.Length; held++)
            {
                // The reference keeps the number from being closed, and given to another file, while the kernel waits on it.
                bool added = false;
                targets[held].Handle.DangerousAddRef(ref added);
                fds[held] = new() { Fd = (int)targets[held].Handle.DangerousGetHandle(), Events = ToNative(targets[held].Events) };
            }

            if (wakes)
            {
                wake = WakeDescriptor.Rent();
                fds[^1] = new() { Fd = wake.Descriptor, Events = LibcNumbers.POLLIN };
                onStop = wake.WakeOn(stop);
                onClosed = wake.WakeOn(closed);
            }

            int ready = Wait(fds, targets.Length, milliseconds, trace);
            return ready < 0 ? ready : Collect(targets, fds);
        }
        finally
        {
            onStop.Dispose();
            onClosed.Dispose();
            wake?.Return();
            while (held-- > 0)
            {
                targets[held].Handle.DangerousRelease();
            }
        }
    }

    private static int Wait(Span<Libc.PollFd> fds, int sockets, int milliseconds, SystemCallTrace? trace)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        while (true)
        {
            int remaining = milliseconds < 0 ? -1 : deadline.Remaining;
            int ready;
            fixed (Libc.PollFd* pointer = fds)
            {
                ready = Result(Libc.Poll(pointer, (nuint)fds.Length, remaining));
            }

            if (trace is not null)
            {
                // The descriptor that a stop makes readable is ours alone, and not shown.
                int shown = ready > 0 && sockets < fds.Length && fds[^1].Revents != 0 ? ready - 1 : ready;
                trace(Record("poll", PollText(fds[..sockets], remaining), shown));
            }

            // A signal ends poll(2) always, also where SA_RESTART lets other calls go on (signal(7)).
            if (ready != -(int)Errno.EINTR)
            {
                return ready;
            }
        }
    }

    private static int Collect(Span<PollTarget> targets, Span<Libc.PollFd> fds)
    {
        int ready = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            short got = fds[i].Revents;
            PollEvents events = PollEvents.None;
            events |= (got & LibcNumbers.POLLIN) != 0 ? PollEvents.Read : PollEvents.None;
            events |= (got & LibcNumbers.POLLOUT) != 0 ? PollEvents.Write : PollEvents.None;
            events |= (got & LibcNumbers.POLLPRI) != 0 ? PollEvents.Priority : PollEvents.None;
            if ((got & (LibcNumbers.POLLERR | LibcNumbers.POLLHUP | LibcNumbers.POLLNVAL)) != 0)
            {
                events |= targets[i].Events | PollEvents.Error;
            }

            targets[i].Ready = events;
            ready += events == PollEvents.None ? 0 : 1;
        }

        return ready;
    }
}
