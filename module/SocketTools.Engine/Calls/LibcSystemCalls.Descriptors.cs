using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketTools.Native;

namespace SocketTools.Calls;

internal sealed unsafe partial class LibcSystemCalls
{
    public override int SetReuseAddress(SafeSocketHandle handle, bool on, SystemCallTrace? trace) =>
        SetOption(handle, (LibcNumbers.SOL_SOCKET, "SOL_SOCKET"), (LibcNumbers.SO_REUSEADDR, "SO_REUSEADDR"), on ? 1 : 0, trace);

    public override int SetIPv6Only(SafeSocketHandle handle, bool on, SystemCallTrace? trace) =>
        SetOption(handle, (LibcNumbers.IPPROTO_IPV6, "SOL_IPV6"), (LibcNumbers.IPV6_V6ONLY, "IPV6_V6ONLY"), on ? 1 : 0, trace);

    public override int SetLingerZero(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        Libc.Linger linger = new() { OnOff = 1, Seconds = 0 };
        int result = Result(Libc.SetSocketOption(handle, LibcNumbers.SOL_SOCKET, LibcNumbers.SO_LINGER, &linger, sizeof(Libc.Linger)));
        trace?.Invoke(Record("setsockopt", $"{Fd(handle)}, SOL_SOCKET, SO_LINGER, {{l_onoff=1, l_linger=0}}, {sizeof(Libc.Linger)}", result));
        return result;
    }

    public override EndPoint? LocalEndPoint(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[AddressSize];
        int length = AddressSize;
        return Libc.GetSocketName(handle, address, &length) == 0 ? ToEndPoint(address, length) : null;
    }

    public override EndPoint? RemoteEndPoint(SafeSocketHandle handle)
    {
        byte* address = stackalloc byte[AddressSize];
        int length = AddressSize;
        return Libc.GetPeerName(handle, address, &length) == 0 ? ToEndPoint(address, length) : null;
    }

    public override void Unconnect(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        const int Size = 16; // sizeof(struct sockaddr)
        if (OperatingSystem.IsLinux())
        {
            byte* unspecified = stackalloc byte[Size];
            new Span<byte>(unspecified, Size).Clear();
            int result = Result(Libc.Connect(handle, unspecified, Size));
            trace?.Invoke(Record("connect", $"{Fd(handle)}, {{sa_family=AF_UNSPEC}}, {Size}", result));
        }
    }

    private static int Connect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        int result = WithAddress(handle, address, &Libc.Connect);
        trace?.Invoke(Record("connect", $"{Fd(handle)}, {CallText.Address(address)}", result));
        return result;
    }

    // bind or connect with the bytes of an address, in its own directory where it has one.
    private static int WithAddress(SafeSocketHandle handle, EndPoint address, delegate*<SafeSocketHandle, byte*, int, int> call)
    {
        return address is RelativeUnixEndPoint relative ? InDirectoryOf(relative, Make) : Make(address);

        int Make(EndPoint given)
        {
            SocketAddress bytes = given.Serialize();
            fixed (byte* pointer = bytes.Buffer.Span)
            {
                return Result(call(handle, pointer, bytes.Size));
            }
        }
    }

    // A call that takes a relative path, made in the directory where it starts; where that cannot be, with the absolute path.
    private static int InDirectoryOf(RelativeUnixEndPoint relative, Func<EndPoint, int> call) =>
        InDirectory.TryRun(relative.Directory, () => call(relative), out int made) ? made
        : System.Text.Encoding.UTF8.GetByteCount(relative.FullPath) > UnixPath.MaximumBytes ? -(int)Errno.ENAMETOOLONG
        : call(new UnixDomainSocketEndPoint(relative.FullPath));

    private static int SetOption(SafeSocketHandle handle, (int Number, string Name) level, (int Number, string Name) option, int value, SystemCallTrace? trace)
    {
        int result = Result(Libc.SetSocketOption(handle, level.Number, option.Number, &value, sizeof(int)));
        trace?.Invoke(Record("setsockopt", $"{Fd(handle)}, {level.Name}, {option.Name}, [{value}], 4", result));
        return result;
    }

    private static void SetSendTimeout(SafeSocketHandle handle, int milliseconds)
    {
        Libc.TimeVal time = new() { Seconds = milliseconds / 1000, Microseconds = milliseconds % 1000 * 1000 };
        _ = Libc.SetSocketOption(handle, LibcNumbers.SOL_SOCKET, LibcNumbers.SO_SNDTIMEO, &time, sizeof(Libc.TimeVal));
    }

    public override void SetBlocking(SafeSocketHandle handle, bool blocking, SystemCallTrace? trace = null)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            int fd = (int)handle.DangerousGetHandle();
            int flags = LibcNumbers.GetFlags(fd);
            int wanted = blocking ? flags & ~LibcNumbers.O_NONBLOCK : flags | LibcNumbers.O_NONBLOCK;
            if (flags >= 0 && wanted != flags)
            {
                int result = Result(LibcNumbers.Fcntl(fd, LibcNumbers.F_SETFL, wanted));
                trace?.Invoke(Record("fcntl", $"{fd}, F_SETFL, {(blocking ? "O_RDWR" : "O_RDWR|O_NONBLOCK")}", result));
            }
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    private static EndPoint? ToEndPoint(byte* address, int length)
    {
        // An unnamed Unix socket has nothing behind the family; some systems leave even that out.
        if (length <= sizeof(short))
        {
            return length == 0 ? null : new UnixDomainSocketEndPoint("/").Create(new SocketAddress(AddressFamily.Unix, sizeof(short)));
        }

        SocketAddress bytes = new(AddressFamily.Unspecified, Math.Min(length, AddressSize));
        new ReadOnlySpan<byte>(address, Math.Min(length, AddressSize)).CopyTo(bytes.Buffer.Span);
        return bytes.Family switch
        {
            AddressFamily.InterNetwork => new IPEndPoint(IPAddress.Any, 0).Create(bytes),
            AddressFamily.InterNetworkV6 => new IPEndPoint(IPAddress.IPv6Any, 0).Create(bytes),
            AddressFamily.Unix => new UnixDomainSocketEndPoint("/").Create(bytes),
            _ => null,
        };
    }

    private static SafeSocketHandle? Own(int fd) => fd < 0 ? null : new SafeSocketHandle(fd, ownsHandle: true);

    private static int Fd(SafeSocketHandle handle) => (int)handle.DangerousGetHandle();

    private static int Result(int result) => result >= 0 ? result : -(int)LibcNumbers.LastErrno();

    private static SystemCallRecord Record(string name, string arguments, int result) =>
        result >= 0 ? new(name, arguments, result, Errno.None) : new(name, arguments, -1, (Errno)(-result));

    private static short ToNative(PollEvents events) =>
        (short)(((events & PollEvents.Read) != 0 ? LibcNumbers.POLLIN : 0)
            | ((events & PollEvents.Write) != 0 ? LibcNumbers.POLLOUT : 0)
            | ((events & PollEvents.Priority) != 0 ? LibcNumbers.POLLPRI : 0));

    private static string PollText(Span<Libc.PollFd> fds, int milliseconds)
    {
        StringBuilder text = new("[");
        foreach (Libc.PollFd fd in fds)
        {
            string events = ((fd.Events & LibcNumbers.POLLIN) != 0 ? "|POLLIN" : "")
                + ((fd.Events & LibcNumbers.POLLPRI) != 0 ? "|POLLPRI" : "")
                + ((fd.Events & LibcNumbers.POLLOUT) != 0 ? "|POLLOUT" : "");
            text.Append(text.Length > 1 ? ", " : "").Append($"{{fd={fd.Fd}, events={(events.Length == 0 ? "0" : events[1..])}}}");
        }

        return text.Append($"], {fds.Length}, {milliseconds}").ToString();
    }
}
