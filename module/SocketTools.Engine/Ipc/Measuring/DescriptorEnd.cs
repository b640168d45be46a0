using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketTools.Native;

namespace SocketTools.Ipc.Measuring;

/// <summary>Pipe, FIFO or socket: read(2) and write(2).</summary>
internal sealed unsafe class DescriptorEnd : MeasuredEnd
{
    private readonly int _receiving;
    private readonly int _sending;
    private readonly bool _isStream;

    public DescriptorEnd(IpcMechanism mechanism, int size, int receiving, int sending)
        : base(size)
    {
        (_receiving, _sending) = (receiving, sending);
        _isStream = mechanism is not (IpcMechanism.Udp or IpcMechanism.UnixDatagram);
        Window = mechanism == IpcMechanism.Udp ? FindWindow(receiving, size) : 0;
    }

    /// <summary>
    /// UDP drops what finds no room, so the receiver grants it: what any program that loses nothing must do. A datagram takes its length, what that is rounded up to, and the kernel's own
    /// description of it; and the kernel may give back what was read only when it is a quarter of the buffer.
    /// </summary>
    public override int Window { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Send()
    {
        byte* at = Message;
        nint left = Size;
        do
        {
            nint count = Libc.Write(_sending, at, left);
            if (count < 0)
            {
                CheckRetry("write");
                continue;
            }

            at += count;
            left -= count;
        }
        while (left > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Receive()
    {
        byte* at = Message;
        nint left = Size;
        do
        {
            nint count = Libc.Read(_receiving, at, left);
            if (count <= 0)
            {
                CheckEnd(count);
                continue;
            }

            at += count;
            left -= count;
            if (!_isStream && left > 0)
            {
                throw new SocketCallException("read", Errno.EBADMSG, null, $"A datagram of {count} bytes came, not of {Size}");
            }
        }
        while (left > 0);
    }

    // What the other process had is closed with it, which ends a wait on a stream. A datagram socket is told.
    protected override void LetGo()
    {
        _ = Libc.ShutdownDescriptor(_receiving, 2);
        _ = Libc.ShutdownDescriptor(_sending, 2);
    }

    protected override void Close()
    {
        _ = Libc.Close(_receiving);
        if (_sending != _receiving)
        {
            _ = Libc.Close(_sending);
        }
    }

    private void CheckEnd(nint count)
    {
        if (count == 0)
        {
            throw new SocketCallException("read", Errno.EPIPE, null, "The other process has gone");
        }

        CheckRetry("read");
    }

    private static int FindWindow(int descriptor, int size)
    {
        const int Most = 64;
        const int Overhead = 2048;
        using SafeSocketHandle handle = new(descriptor, ownsHandle: false);
        int room = 0;
        int length = sizeof(int);
        _ = Libc.GetSocketOption(handle, LibcNumbers.SOL_SOCKET, System.OperatingSystem.IsMacOS() ? 0x1002 : 8, &room, &length);
        return System.Math.Clamp(room / 2 / ((2 * size) + Overhead), 2, Most);
    }
}
