using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Calls;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>
/// The socket over which the first process tells the second what to do, and hands it descriptors (SCM_RIGHTS): so nothing that is measured needs a name.
/// It is one of a pair, and the second process inherits its end: no other process can come in.
/// </summary>
internal sealed unsafe class MeasuringControl : IDisposable
{
    private readonly SafeSocketHandle _handle;
    private readonly LibcSystemCalls _calls = new();

    public MeasuringControl(int descriptor)
    {
        Descriptor = descriptor;
        _handle = new SafeSocketHandle(descriptor, ownsHandle: true);
    }

    public int Descriptor { get; }

    /// <summary>Two ends; neither is inherited yet.</summary>
    public static (MeasuringControl Here, MeasuringControl There) CreatePair()
    {
        int* pair = stackalloc int[2];
        int type = LibcNumbers.Type(SocketType.Stream) | (OperatingSystem.IsLinux() ? LibcNumbers.SOCK_CLOEXEC : 0);
        if (Libc.SocketPair(LibcNumbers.Family(AddressFamily.Unix), type, 0, pair) < 0)
        {
            throw new SocketCallException("socketpair", LibcNumbers.LastErrno(), null);
        }

        _ = LibcNumbers.Fcntl(pair[0], LibcNumbers.F_SETFD, LibcNumbers.FD_CLOEXEC);
        _ = LibcNumbers.Fcntl(pair[1], LibcNumbers.F_SETFD, LibcNumbers.FD_CLOEXEC);
        return (new(pair[0]), new(pair[1]));
    }

    /// <summary>Lets the next process that is started have it, or no more.</summary>
    public void SetInherited(bool inherited) => _ = LibcNumbers.Fcntl(Descriptor, LibcNumbers.F_SETFD, inherited ? 0 : LibcNumbers.FD_CLOEXEC);

    /// <summary>Sends an order or an answer. There is always room: the next one is sent only when this one was answered.</summary>
    public void Send(in MeasuringOrder order, params ReadOnlySpan<int> descriptors)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<MeasuringOrder>(in order));
        int count = descriptors.IsEmpty
            ? _calls.Send(_handle, bytes, MessageFlags.None, null)
            : _calls.SendDescriptors(_handle, bytes, descriptors, null);
        if (count != bytes.Length)
        {
            throw Ended("sendmsg");
        }
    }

    /// <summary>Receives an order or an answer; waits as long as the other process lives and nobody shuts the socket down.</summary>
    public MeasuringOrder Receive(Span<int> descriptors, out int received)
    {
        MeasuringOrder order = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<MeasuringOrder>(ref order));
        received = 0;
        for (int have = 0; have < bytes.Length;)
        {
            Poll(LibcNumbers.POLLIN);
            int count = _calls.ReceiveDescriptors(_handle, bytes[have..], descriptors[received..], out int more, null);
            received += more;
            have += count > 0 ? count : count == -(int)Errno.EWOULDBLOCK ? 0 : throw Ended("recvmsg");
        }

        return order;
    }

    /// <summary>Waits until the other process has gone, or this end was shut down.</summary>
    public void WaitForEnd() => Poll(0);

    /// <summary>Ends the waits on this end.</summary>
    public void Shutdown() => _ = Libc.Shutdown(_handle, 2);

    public void Dispose() => _handle.Dispose();

    private void Poll(short events)
    {
        Libc.PollFd fd = new() { Fd = Descriptor, Events = events };
        while (Libc.Poll(&fd, 1, -1) < 0 && LibcNumbers.LastErrno() == Errno.EINTR)
        {
        }
    }

    private static SocketCallException Ended(string operation) => new(operation, Errno.EPIPE, null, "The other process has gone");
}
