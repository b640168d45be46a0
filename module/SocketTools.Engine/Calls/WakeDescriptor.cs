using System;
using System.Collections.Concurrent;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Calls;

/// <summary>
/// A descriptor that a cancelled token makes readable, so that poll(2) can wait for a socket and for a stop at once:
/// an eventfd(2) on Linux, a pipe(2) elsewhere.
/// </summary>
/// <remarks>Owned by one wait at a time. A few are kept, so that waiting does not cost a descriptor each time; the others are closed.</remarks>
internal sealed unsafe class WakeDescriptor
{
    private const int Kept = 2;
    private static readonly ConcurrentBag<WakeDescriptor> s_idle = [];

    // Taken and given back with Interlocked, because ConcurrentBag.Count locks every bucket.
    private static int s_idleCount;

    private readonly int _readEnd;
    private readonly int _writeEnd;
    private volatile bool _signalled;

    private WakeDescriptor()
    {
        if (OperatingSystem.IsLinux())
        {
            _readEnd = _writeEnd = Check(Libc.EventFd(0, LibcNumbers.EFD_CLOEXEC_NONBLOCK));
            return;
        }

        int* ends = stackalloc int[2];
        Check(Libc.Pipe(ends));
        (_readEnd, _writeEnd) = (ends[0], ends[1]);
        foreach (int end in (ReadOnlySpan<int>)[_readEnd, _writeEnd])
        {
            LibcNumbers.Fcntl(end, LibcNumbers.F_SETFD, LibcNumbers.FD_CLOEXEC);
            LibcNumbers.Fcntl(end, LibcNumbers.F_SETFL, LibcNumbers.GetFlags(end) | LibcNumbers.O_NONBLOCK);
        }
    }

    public int Descriptor => _readEnd;

    /// <summary>Makes the ones that are kept, so that a process that counts its descriptors does not see them come with the first wait.</summary>
    public static void Prepare()
    {
        if (Volatile.Read(ref s_idleCount) == 0)
        {
            new WakeDescriptor().Return();
        }
    }

    public static WakeDescriptor Rent()
    {
        if (s_idle.TryTake(out WakeDescriptor? idle))
        {
            Interlocked.Decrement(ref s_idleCount);
            return idle;
        }

        return new WakeDescriptor();
    }

    /// <summary>Makes it unreadable again. A signal that is under way may come after; then the waiter is woken once more for nothing.</summary>
    public void Clear()
    {
        ulong taken;
        _signalled = false;
        Libc.Read(_readEnd, &taken, sizeof(ulong));
    }

    /// <summary>Gives it back. No token may be registered with it any more.</summary>
    public void Return()
    {
        if (_signalled)
        {
            Clear();
        }

        if (Interlocked.Increment(ref s_idleCount) <= Kept)
        {
            s_idle.Add(this);
            return;
        }

        Interlocked.Decrement(ref s_idleCount);
        Libc.Close(_readEnd);
        if (_writeEnd != _readEnd)
        {
            Libc.Close(_writeEnd);
        }
    }

    /// <summary>Makes the descriptor readable when the token fires. Disposing the registration waits for a signal under way.</summary>
    public CancellationTokenRegistration WakeOn(CancellationToken token) =>
        token.UnsafeRegister(static state => ((WakeDescriptor)state!).Signal(), this);

    /// <summary>Makes the descriptor readable.</summary>
    public void Signal()
    {
        ulong one = 1;
        _signalled = true;
        Libc.Write(_writeEnd, &one, sizeof(ulong));
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new SocketCallException("eventfd", LibcNumbers.LastErrno(), null);
}
