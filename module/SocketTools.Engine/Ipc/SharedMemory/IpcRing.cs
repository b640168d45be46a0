using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace SocketTools;

/// <summary>
/// A stream of bytes through memory that two processes share, without a lock and without a system call while both keep up: one writes, one reads, each moves a position of its
/// own. A side that has to wait looks for some microseconds, then sleeps on a word in the memory (futex(2)).
/// </summary>
/// <remarks>
/// <para>One process may write and one may read. The side is taken with the first call, and given up with <see cref="Dispose"/> or by the end of the process; then another may take it,
/// and goes on where it was left. The same object may do both.</para>
/// <para>A writer that closed, or died, is the end of the stream when all is read. A reader that closed or died is EPIPE. With nobody there yet a wait goes on to its time limit.</para>
/// <para>Thread rule: one thread writes and one reads at a time. <see cref="Dispose"/> may come from any, and ends their waits with <see cref="ObjectDisposedException"/>.</para>
/// <para>The memory must stay as long as it is. Who may open it may also cut its file shorter under both, and then the next access is a SIGBUS that no process survives:
/// so it has the mode 0600, and its length is looked at before it is used. Nothing else that it says is believed before it is checked.</para>
/// </remarks>
public sealed unsafe partial class IpcRing : IDisposable
{
    private const int WriterSide = 0;
    private const int ReaderSide = 1;
    private const uint Absent = 0;
    private const uint Present = 1;
    private const uint Closed = 2;

    private readonly SafeHandle _memory;
    private readonly byte* _base;
    private readonly byte* _data;
    private readonly ulong _capacity;
    private readonly IpcRingLocks? _locks;
    private readonly object? _target;
    private readonly object _sides = new();
    private volatile bool _disposed;
    private int _left;
    private volatile bool _reads;
    private volatile bool _writes;

    private IpcRing(SafeHandle memory, byte* address, int descriptor, object? target)
    {
        _memory = memory;
        _base = address;
        _data = address + IpcRingLayout.HeaderLength;
        _capacity = *(ulong*)(address + IpcRingLayout.CapacityAt);
        _target = target;
        _locks = IpcRingLocks.Open(descriptor);
    }

    /// <summary>How many bytes are under way at most.</summary>
    public long Capacity => (long)_capacity;

    /// <summary>Bytes that were written and not read yet.</summary>
    public long Available => Look(() =>
    {
        // Both move meanwhile: they count only when the reader did not while the other was read.
        ulong tail, head;
        do
        {
            tail = Read64(IpcRingLayout.TailAt);
            head = Read64(IpcRingLayout.HeadAt);
        }
        while (tail != Read64(IpcRingLayout.TailAt));
        return (long)Math.Min(_capacity, head - tail);
    });

    /// <summary>All bytes that were ever written to it, by whichever process.</summary>
    public long BytesWritten => Look(() => (long)Read64(IpcRingLayout.HeadAt));

    /// <summary>All bytes that were ever read from it.</summary>
    public long BytesRead => Look(() => (long)Read64(IpcRingLayout.TailAt));

    /// <summary>The process that writes, or wrote last; 0 where none did.</summary>
    public int WriterProcessId => Look(() => (int)Read32(IpcRingLayout.WriterAt + IpcRingLayout.ProcessOffset));

    /// <summary>The process that reads, or read last; 0 where none did.</summary>
    public int ReaderProcessId => Look(() => (int)Read32(IpcRingLayout.ReaderAt + IpcRingLayout.ProcessOffset));

    /// <summary>Whether a read came to the end of the stream: all is read, and the writer has closed or is gone.</summary>
    public bool EndOfStream { get; private set; }

    /// <summary>How much memory a ring for so many bytes needs.</summary>
    public static long LengthFor(long capacity) => checked(capacity + IpcRingLayout.HeaderLength);

    /// <summary>Makes a ring of memory that nobody else uses yet.</summary>
    /// <param name="memory">What keeps the memory mapped; it is referenced while a call uses it, and stays the caller's.</param>
    /// <param name="address">Where it begins: at a page.</param>
    /// <param name="length">Its length: <see cref="LengthFor"/> of what shall be under way.</param>
    /// <param name="descriptor">The descriptor of its file, by which the sides are known; -1 where it has none. It stays the caller's.</param>
    /// <param name="target">What errors name.</param>
    /// <exception cref="SocketCallException">EINVAL: the memory is too small.</exception>
    internal static IpcRing Create(SafeHandle memory, byte* address, long length, int descriptor, object? target)
    {
        if (length < IpcRingLayout.LeastLength)
        {
            throw new SocketCallException("mmap", Errno.EINVAL, target, $"A ring needs {IpcRingLayout.LeastLength} bytes at least, not {length}");
        }

        IpcRingLayout.Initialize(address, length);
        return new IpcRing(memory, address, descriptor, target);
    }

    /// <summary>Takes memory for the ring that another process made of it.</summary>
    /// <inheritdoc cref="Create" path="/param"/>
    /// <exception cref="SocketCallException">EBADMSG: it is none, or none yet, or a damaged one.</exception>
    internal static IpcRing Attach(SafeHandle memory, byte* address, long length, int descriptor, object? target) =>
        IpcRingLayout.FindFault(address, length) is { } fault
            ? throw Foreign(target, fault)
            : new IpcRing(memory, address, descriptor, target);

    /// <summary>Says that nothing more will be written: the reader comes to the end of the stream.</summary>
    public void CloseWriting() => Leave(WriterSide);

    /// <summary>Says that nothing more will be read: the writer gets EPIPE.</summary>
    public void CloseReading() => Leave(ReaderSide);

    /// <summary>Gives up both sides. The memory stays the caller's, and what is in it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
        {
            return;
        }

        EndWaits();
        try
        {
            CloseWriting();
            CloseReading();
        }
        catch (ObjectDisposedException)
        {
            // The memory went first. The end of the file that holds the locks says the same.
        }

        _locks?.Dispose();
    }

    /// <summary>Ends the waits of this process for good, and keeps the sides: until <see cref="Dispose"/> nobody else takes one in the middle of a call.</summary>
    internal void EndWaits()
    {
        _disposed = true;
        bool held = false;
        try
        {
            Hold(out held);
            WakeBoth();
        }
        catch (ObjectDisposedException)
        {
            // Without memory nobody waits.
        }
        finally
        {
            Release(held);
        }
    }

    private static SocketCallException Foreign(object? target, string fault) => new("mmap", Errno.EBADMSG, target, fault)
    {
        Advice = "Something else is in this memory, or it was overwritten. Remove it (Remove-IpcResource) and make it anew, or choose another name.",
    };

    // Another process may cut the file, and to touch what is gone ends this one with SIGBUS. Looked at where there is time: before sleeping, and before leaving.
    private bool IsWhole => _locks?.Has(LengthFor((long)_capacity)) ?? true;

    private SocketCallException Cut() => new("mmap", Errno.EFAULT, _target, "Another process has cut the memory of the ring") { Advice = "Close it, and have it made anew. Whoever may write to it may cut it." };

    private SocketCallException Damaged(ulong head, ulong tail) => Foreign(_target, IpcRingLayout.FindFault(head, tail, _capacity)!);

    // Takes a side for this object, once; the kernel sees to it that only one has it.
    private void Take(int side)
    {
        lock (_sides)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            byte* line = Line(side);
            if (_locks is not null ? !_locks.Take(side) : IsOther(line))
            {
                string what = side == WriterSide ? "writes to" : "reads from";
                throw new SocketCallException("fcntl", Errno.EBUSY, _target, $"Process {*(int*)(line + IpcRingLayout.ProcessOffset)} {what} this ring")
                {
                    Advice = "A ring has one writer and one reader. Use a ring for each pair.",
                };
            }

            if (side == WriterSide)
            {
                ulong head = Read64(IpcRingLayout.HeadAt);
                (_head, _tailSeen, _writeOffset, _writes) = (head, head - _capacity, head % _capacity, true); // It looks for the reader with the first write.
            }
            else
            {
                ulong tail = Read64(IpcRingLayout.TailAt);
                (_tail, _headSeen, _readOffset, _reads) = (tail, tail, tail % _capacity, true);
            }

            *(int*)(line + IpcRingLayout.ProcessOffset) = Environment.ProcessId;
            Volatile.Write(ref *(uint*)(line + IpcRingLayout.StateOffset), Present);
        }
    }

    private void Leave(int side)
    {
        lock (_sides)
        {
            if (side == WriterSide ? !_writes : !_reads)
            {
                return;
            }

            Hold(out bool held);
            try
            {
                (side == WriterSide ? ref _writes : ref _reads) = false;
                bool whole = IsWhole;
                if (whole)
                {
                    Volatile.Write(ref *(uint*)(Line(side) + IpcRingLayout.StateOffset), Closed);
                }

                _locks?.Release(side);
                if (whole)
                {
                    WakeSide(1 - side);
                }
            }
            finally
            {
                Release(held);
            }
        }
    }

    private bool IsOther(byte* line) =>
        Volatile.Read(ref *(uint*)(line + IpcRingLayout.StateOffset)) == Present
        && *(int*)(line + IpcRingLayout.ProcessOffset) is var id && id != Environment.ProcessId && Exists(id);

    private byte* Line(int side) => _base + (side == WriterSide ? IpcRingLayout.WriterAt : IpcRingLayout.ReaderAt);

    private ulong Read64(int at) => Volatile.Read(ref *(ulong*)(_base + at));

    private uint Read32(int at) => Volatile.Read(ref *(uint*)(_base + at));

    private T Look<T>(Func<T> look)
    {
        Hold(out bool held);
        try
        {
            return look();
        }
        finally
        {
            Release(held);
        }
    }

    private void Hold(out bool held)
    {
        held = false;
        _memory.DangerousAddRef(ref held);
    }

    private void Release(bool held)
    {
        if (held)
        {
            _memory.DangerousRelease();
        }
    }
}
