using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace SocketTools.Ipc.Measuring;

/// <summary>Two <see cref="IpcRing"/> in one shared memory, one for each way.</summary>
internal sealed unsafe class RingEnd : MeasuredEnd
{
    private const int LeastCapacity = 64 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly IpcRing _receiving;
    private readonly IpcRing _sending;
    private readonly SocketWait _wait;

    public RingEnd(int size, bool first, int descriptor)
        : base(size)
    {
        _wait = SocketWait.Forever with { Stop = _stop.Token };
        long half = LengthOfOne(size);
        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, half * 2);
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        IpcRing one = Ring(address, size, first);
        IpcRing two = Ring(address + half, size, first);
        (_sending, _receiving) = first ? (one, two) : (two, one);
        _sending.BecomeWriter();
        _receiving.BecomeReader();
    }

    /// <summary>How much memory both rings need.</summary>
    public static long LengthFor(int size) => LengthOfOne(size) * 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Send()
    {
        ReadOnlySpan<byte> left = new(Message, Size);
        while (true)
        {
            int count = _sending.PutNow(left);
            if (count == left.Length)
            {
                return;
            }

            left = left[count..];
            if (count == 0 && !_sending.WaitToWrite(_wait))
            {
                throw Gone("write");
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Receive()
    {
        Span<byte> left = new(Message, Size);
        while (true)
        {
            int count = _receiving.TakeNow(left);
            if (count == left.Length)
            {
                return;
            }

            left = left[count..];
            if (count == 0 && !_receiving.WaitToRead(_wait))
            {
                throw Gone("read");
            }
        }
    }

    protected override void LetGo() => _stop.Cancel();

    protected override void Close()
    {
        _receiving.Dispose();
        _sending.Dispose();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        _stop.Dispose();
    }

    private static long Capacity(int size) => Math.Max(LeastCapacity, 2L * size);

    // From page to page.
    private static long LengthOfOne(int size) => (IpcRing.LengthFor(Capacity(size)) + 4095) / 4096 * 4096;

    private IpcRing Ring(byte* address, int size, bool first) => first
        ? IpcRing.Create(_view.SafeMemoryMappedViewHandle, address, IpcRing.LengthFor(Capacity(size)), -1, null)
        : IpcRing.Attach(_view.SafeMemoryMappedViewHandle, address, IpcRing.LengthFor(Capacity(size)), -1, null);

    private static SocketCallException Gone(string operation) => new(operation, Errno.EPIPE, null, "The other process has gone");
}
