using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace SocketTools.Ipc.Measuring;

/// <summary>Two <see cref="IpcRing"/> in one shared memory, one for each way.</summary>
internal sealed unsafe class RingEnd : MeasuredEnd
{
    private const int LeastCapacity = 64 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly IpcMapping _memory;
    private readonly IpcRing _receiving;
    private readonly IpcRing _sending;
    private readonly SocketWait _wait;

    /// <summary>Makes both rings, or, on the other side, finds them. The memory is owned from then on, and the descriptor of its file is not needed any more.</summary>
    public RingEnd(int size, bool first, IpcMapping memory)
        : base(size)
    {
        _wait = SocketWait.Forever with { Stop = _stop.Token };
        _memory = memory;
        IpcRing one = Ring(memory.Address, size, first);
        IpcRing two = Ring(memory.Address + LengthOfOne(size), size, first);
        (_sending, _receiving) = first ? (one, two) : (two, one);
        _sending.BecomeWriter();
        _receiving.BecomeReader();
    }

    /// <summary>Takes over the descriptor, also where this throws.</summary>
    /// <exception cref="SocketCallException">ENOMEM.</exception>
    public static RingEnd Open(int size, bool first, int descriptor)
    {
        using IpcDescriptor file = new(descriptor);
        return new RingEnd(size, first, IpcMapping.Map(file, LengthFor(size), write: true, IpcMechanism.SharedMemory, null));
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
        _memory.Dispose();
        _stop.Dispose();
    }

    private static long Capacity(int size) => Math.Max(LeastCapacity, 2L * size);

    // From page to page.
    private static long LengthOfOne(int size) => (IpcRing.LengthFor(Capacity(size)) + 4095) / 4096 * 4096;

    private IpcRing Ring(byte* address, int size, bool first) => first
        ? IpcRing.Create(_memory, address, IpcRing.LengthFor(Capacity(size)), -1, null)
        : IpcRing.Attach(_memory, address, IpcRing.LengthFor(Capacity(size)), -1, null);

    private static SocketCallException Gone(string operation) => new(operation, Errno.EPIPE, null, "The other process has gone");
}
