using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Calls;

/// <summary>The system's calls through .NET, for Windows. Sockets are in non-blocking mode, so that no call waits.</summary>
internal sealed partial class ManagedSystemCalls : SystemCalls
{
    // Select cannot be woken; it looks at the tokens this often.
    private const int SliceMilliseconds = 50;

    private readonly ConditionalWeakTable<SafeSocketHandle, Socket> _sockets = [];

    public override int Socket(AddressFamily family, SocketType type, ProtocolType protocol, out SafeSocketHandle? handle, SystemCallTrace? trace)
    {
        SafeSocketHandle? made = null;
        int result = Try(() =>
        {
            made = Own(new Socket(family, type, protocol));
            return (int)made.DangerousGetHandle();
        });
        handle = made;
        return Traced(trace, "socket", $"{SocketNames.Of(family)}, {SocketNames.Of(type)}, {SocketNames.Of(protocol)}", result);
    }

    public override int TrySocket(int family, int type, int protocol, SystemCallTrace? trace)
    {
        // .NET's numbers are those of Windows; elsewhere it knows these by name, and no others.
        AddressFamily known = OperatingSystem.IsWindows() ? (AddressFamily)family
            : LibcNumbers.Family(family) is not AddressFamily.Unknown and var named ? named
            : family == LibcNumbers.Family(AddressFamily.Packet) ? AddressFamily.Packet
            : AddressFamily.Unknown;
        int result = Try(() =>
        {
            using Socket socket = new(known, (SocketType)type, (ProtocolType)protocol);
        });
        return Traced(trace, "socket", $"{family}, {type}, {protocol}", result);
    }

    public override int Bind(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        int result = Try(() => Wrap(handle).Bind(Unowned(Plain(address))));
        if (result == -(int)Errno.EADDRNOTAVAIL && address.AddressFamily == AddressFamily.Unix)
        {
            result = -(int)Errno.ENOENT; // .NET has no name of its own for ENOENT.
        }

        return Traced(trace, "bind", $"{Fd(handle)}, {CallText.Address(address)}", result);
    }

    public override int Listen(SafeSocketHandle handle, int backlog, SystemCallTrace? trace) =>
        Traced(trace, "listen", $"{Fd(handle)}, {backlog}", Try(() => Wrap(handle).Listen(backlog)));

    public override int Accept(SafeSocketHandle listener, out SafeSocketHandle? handle, out EndPoint? peer, SystemCallTrace? trace)
    {
        Socket? accepted = null;
        int result = Wrap(listener).Poll(0, SelectMode.SelectRead)
            ? Try(() => { accepted = Wrap(listener).Accept(); })
            : NotListening(listener);
        handle = accepted is null ? null : Own(accepted);
        peer = accepted?.RemoteEndPoint;
        return Traced(trace, "accept", $"{Fd(listener)}, {CallText.Address(peer)}", handle is null ? result : Fd(handle));
    }

    public override int BeginConnect(SafeSocketHandle handle, EndPoint address, SystemCallTrace? trace)
    {
        Socket socket = Wrap(handle);

        // For a Unix socket outside of Windows "would block" is a full backlog (unix(7)); .NET, when asked, takes it for a connect that went through.
        bool inBackground = address.AddressFamily != AddressFamily.Unix || OperatingSystem.IsWindows();
        int result = inBackground && socket.Connected ? -(int)Errno.EISCONN : Try(() => socket.Connect(Plain(address)));
        if (result == -(int)Errno.EWOULDBLOCK && inBackground)
        {
            result = -(int)Errno.EINPROGRESS;
        }

        if (result == -(int)Errno.EADDRNOTAVAIL && address.AddressFamily == AddressFamily.Unix)
        {
            result = -(int)Errno.ENOENT;
        }

        return Traced(trace, "connect", $"{Fd(handle)}, {CallText.Address(address)}", result);
    }

    public override int FinishConnect(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        int error = (int)(Wrap(handle).GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) ?? 0);
        return error == 0 ? 0 : -(int)ErrnoTable.FromSocketError((SocketError)error);
    }

    public override void Unconnect(SafeSocketHandle handle, SystemCallTrace? trace)
    {
    }

    public override void SetBlocking(SafeSocketHandle handle, bool blocking, SystemCallTrace? trace = null)
    {
        // Always non-blocking: the waiting is done by Poll.
    }

    public override int ConnectFor(SafeSocketHandle handle, EndPoint address, int milliseconds, SystemCallTrace? trace)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        while (true)
        {
            int result = BeginConnect(handle, address, trace);
            if (result == -(int)Errno.EINPROGRESS)
            {
                return Wrap(handle).Poll(milliseconds * 1000, SelectMode.SelectWrite) ? FinishConnect(handle, trace) : -(int)Errno.EWOULDBLOCK;
            }

            if (result != -(int)Errno.EWOULDBLOCK || deadline.Passed)
            {
                return result;
            }

            Thread.Sleep(deadline.RemainingAtMost(10)); // Nothing tells when there is room.
        }
    }

    public override int Receive(SafeSocketHandle handle, Span<byte> buffer, MessageFlags flags, SystemCallTrace? trace)
    {
        int count = Wrap(handle).Receive(buffer, (SocketFlags)(int)flags, out SocketError error);
        count = error == SocketError.Success ? count : -(int)ErrnoTable.FromSocketError(error);
        return Traced(trace, "recv", trace is null ? "" : $"{Fd(handle)}, {CallText.Data(buffer[..Math.Max(count, 0)])}, {buffer.Length}, {CallText.Flags("0", flags)}", count);
    }

    public override int Send(SafeSocketHandle handle, ReadOnlySpan<byte> data, MessageFlags flags, SystemCallTrace? trace)
    {
        int count = Wrap(handle).Send(data, (SocketFlags)(int)flags, out SocketError error);
        count = error == SocketError.Success ? count : -(int)ErrnoTable.FromSocketError(error);
        return Traced(trace, "send", trace is null ? "" : $"{Fd(handle)}, {CallText.Data(data)}, {data.Length}, {CallText.Flags("0", flags)}", count);
    }

    public override int Shutdown(SafeSocketHandle handle, SocketShutdown how, SystemCallTrace? trace) =>
        Traced(trace, "shutdown", $"{Fd(handle)}, {how}", Try(() => Wrap(handle).Shutdown(how)));

    public override int Close(SafeSocketHandle handle, SystemCallTrace? trace)
    {
        int fd = Fd(handle);
        Wrap(handle).Dispose();
        return Traced(trace, "close", $"{fd}", 0);
    }

    public override int SetReuseAddress(SafeSocketHandle handle, bool on, SystemCallTrace? trace)
    {
        // Outside of Windows the option of .NET sets SO_REUSEPORT too, by which two listeners may have one port.
        byte[] value = BitConverter.GetBytes(on ? 1 : 0);
        int result = OperatingSystem.IsWindows()
            ? Try(() => Wrap(handle).SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, on))
            : Try(() => Wrap(handle).SetRawSocketOption(LibcNumbers.SOL_SOCKET, LibcNumbers.SO_REUSEADDR, value));
        return Traced(trace, "setsockopt", $"{Fd(handle)}, {SocketOptionLevel.Socket}, {SocketOptionName.ReuseAddress}, {on}", result);
    }

    public override int SetIPv6Only(SafeSocketHandle handle, bool on, SystemCallTrace? trace) =>
        Set(handle, SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, on, trace);

    public override int SetLingerZero(SafeSocketHandle handle, SystemCallTrace? trace) =>
        Traced(trace, "setsockopt", $"{Fd(handle)}, SOL_SOCKET, SO_LINGER, {{1, 0}}", Try(() => Wrap(handle).LingerState = new LingerOption(true, 0)));

    public override EndPoint? LocalEndPoint(SafeSocketHandle handle)
    {
        EndPoint? address = null;
        return Try(() => { address = Wrap(handle).LocalEndPoint; }) == 0 ? address : null;
    }

    public override EndPoint? RemoteEndPoint(SafeSocketHandle handle)
    {
        EndPoint? address = null;
        return Try(() => { address = Wrap(handle).RemoteEndPoint; }) == 0 ? address : null;
    }

    public override Socket Wrap(SafeSocketHandle handle) => _sockets.GetValue(handle, static h => NonBlocking(new Socket(h)));

    public override void Adopt(Socket socket) => _sockets.GetValue(socket.SafeHandle, _ => NonBlocking(socket));

    public override int Poll(Span<PollTarget> targets, int milliseconds, CancellationToken stop, CancellationToken closed, SystemCallTrace? trace)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(milliseconds));
        while (true)
        {
            int ready = Select(targets, milliseconds < 0 ? SliceMilliseconds : deadline.RemainingAtMost(SliceMilliseconds));
            if (ready != 0 || stop.IsCancellationRequested || closed.IsCancellationRequested || (milliseconds >= 0 && deadline.Passed))
            {
                return Traced(trace, "select", $"{targets.Length} sockets, {milliseconds}", ready);
            }
        }
    }

    private int Select(Span<PollTarget> targets, int milliseconds)
    {
        List<Socket> read = [];
        List<Socket> write = [];
        List<Socket> error = [];
        foreach (ref PollTarget target in targets)
        {
            Socket socket = Wrap(target.Handle);
            error.Add(socket);
            if ((target.Events & PollEvents.Read) != 0)
            {
                read.Add(socket);
            }

            if ((target.Events & PollEvents.Write) != 0)
            {
                write.Add(socket);
            }
        }

        int failed = Try(() => System.Net.Sockets.Socket.Select(read, write, error, milliseconds * 1000));
        if (failed < 0)
        {
            return failed;
        }

        int ready = 0;
        foreach (ref PollTarget target in targets)
        {
            Socket socket = Wrap(target.Handle);
            target.Ready = (read.Contains(socket) ? PollEvents.Read : PollEvents.None)
                | (write.Contains(socket) ? PollEvents.Write : PollEvents.None)
                | (error.Contains(socket) ? target.Events | PollEvents.Error : PollEvents.None);
            ready += target.Ready == PollEvents.None ? 0 : 1;
        }

        return ready;
    }

    private int Set(SafeSocketHandle handle, SocketOptionLevel level, SocketOptionName name, bool on, SystemCallTrace? trace) =>
        Traced(trace, "setsockopt", $"{Fd(handle)}, {level}, {name}, {on}", Try(() => Wrap(handle).SetSocketOption(level, name, on)));

    private int NotListening(SafeSocketHandle listener) =>
        (int)(Wrap(listener).GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) ?? 0) == 0
            ? -(int)Errno.EINVAL
            : -(int)Errno.EWOULDBLOCK;

    private SafeSocketHandle Own(Socket socket)
    {
        _sockets.Add(socket.SafeHandle, NonBlocking(socket));
        return socket.SafeHandle;
    }

    private static Socket NonBlocking(Socket socket)
    {
        socket.Blocking = false;
        return socket;
    }

    // .NET has no call that is made in another directory.
    private static EndPoint Plain(EndPoint address) => address is RelativeUnixEndPoint relative ? new UnixDomainSocketEndPoint(relative.FullPath) : address;

    // .NET removes the file of an address of its own type when it closes the socket, also when another socket has taken its place.
    private static EndPoint Unowned(EndPoint address) =>
        address is UnixDomainSocketEndPoint && address.ToString() is [not '@', ..] path ? new RelativeUnixEndPoint(path, "", path) : address;

    private static int Fd(SafeSocketHandle handle) => (int)handle.DangerousGetHandle();

    private static int Try(Action call) => Try(() => { call(); return 0; });

    private static int Try(Func<int> call)
    {
        try
        {
            return call();
        }
        catch (SocketException e)
        {
            return -(int)ErrnoTable.FromSocketError(e.SocketErrorCode);
        }
        catch (ArgumentOutOfRangeException)
        {
            return -(int)Errno.ENAMETOOLONG; // A Unix path that has become too long by its directory.
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            return -(int)Errno.EINVAL; // .NET refuses before the system is asked: accept without listen, and the like.
        }
        catch (NotSupportedException)
        {
            return -(int)Errno.EOPNOTSUPP;
        }
    }

    private static int Traced(SystemCallTrace? trace, string name, string arguments, int result)
    {
        trace?.Invoke(result >= 0 ? new(name, arguments, result, Errno.None) : new(name, arguments, -1, (Errno)(-result)));
        return result;
    }
}
