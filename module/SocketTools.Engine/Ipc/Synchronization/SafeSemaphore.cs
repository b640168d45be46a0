using System;
using System.Runtime.InteropServices;
using SocketTools.Calls;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>A sem_t in memory of its own, or in that of a name. The memory stays as long as a call is made on it.</summary>
internal sealed unsafe class SafeSemaphore : SafeHandle
{
    /// <summary>sizeof(sem_t) of glibc and musl on 64-bit systems.</summary>
    public const int Size = 32;

    // A stop is seen after this time at the latest. Ten looks in a second cost nothing that can be measured, and a post wakes the waiter at once all the same.
    private const int SliceMilliseconds = 100;
    private const int PageSize = 4096;
    private static bool s_lacksClockWait;
    private readonly bool _named;

    private SafeSemaphore(nint address, bool named)
        : base(0, ownsHandle: true)
    {
        _named = named;
        SetHandle(address);
    }

    public override bool IsInvalid => handle is 0 or -1;

    public long Address => handle;

    /// <summary>sem_open(3): makes one, or opens one that is there.</summary>
    public static SafeSemaphore? Open(string name, bool create, int initialCount, SystemCallTrace? trace, out Errno errno)
    {
        nint address = Librt.SemaphoreOpen(name, create ? LibcNumbers.O_CREAT | LibcNumbers.O_EXCL : 0, create ? IpcNumbers.OwnerOnly : 0, (uint)initialCount);
        errno = address is 0 or -1 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("sem_open", create ? $"\"{name}\", O_CREAT|O_EXCL, 0600, {initialCount}" : $"\"{name}\", 0", errno == Errno.None ? address : -1, errno));
        return errno == Errno.None ? new SafeSemaphore(address, named: true) : null;
    }

    /// <summary>sem_init(3), in memory of its own.</summary>
    public static SafeSemaphore? Initialize(int initialCount, SystemCallTrace? trace, out Errno errno)
    {
        nint address = Libc.MapMemory(0, PageSize, LibcNumbers.PROT_READ | LibcNumbers.PROT_WRITE, LibcNumbers.MAP_SHARED | LibcNumbers.MAP_ANONYMOUS, -1, 0);
        if (address == -1)
        {
            errno = LibcNumbers.LastErrno();
            return null;
        }

        errno = Librt.SemaphoreInitialize(address, 1, (uint)initialCount) == 0 ? Errno.None : LibcNumbers.LastErrno();
        trace?.Invoke(new("sem_init", $"0x{address:x}, 1, {initialCount}", errno == Errno.None ? 0 : -1, errno));
        if (errno == Errno.None)
        {
            return new SafeSemaphore(address, named: false);
        }

        _ = Libc.Unmap(address, PageSize);
        return null;
    }

    public Errno TryWait() => Result(Librt.SemaphoreTryWait(handle));

    public Errno Post() => Result(Librt.SemaphorePost(handle));

    public int Value()
    {
        int value;
        return Librt.SemaphoreValue(handle, &value) == 0 ? value : 0;
    }

    /// <summary>Waits for a part of the time that is left. ETIMEDOUT says that this part is over.</summary>
    public Errno WaitSlice(Deadline deadline)
    {
        int milliseconds = deadline.RemainingAtMost(SliceMilliseconds);
        return Result(s_lacksClockWait ? WaitSlice(LibcNumbers.CLOCK_REALTIME, milliseconds) : TryClockWait(milliseconds));
    }

    protected override bool ReleaseHandle()
    {
        if (_named)
        {
            return Librt.SemaphoreClose(handle) == 0;
        }

        _ = Librt.SemaphoreDestroy(handle);
        return Libc.Unmap(handle, PageSize) == 0;
    }

    // Older C libraries wait by the clock on the wall only, which somebody may set; a part of a wait is too short for that to matter much.
    private int TryClockWait(int milliseconds)
    {
        try
        {
            return WaitSlice(LibcNumbers.CLOCK_MONOTONIC, milliseconds);
        }
        catch (EntryPointNotFoundException)
        {
            s_lacksClockWait = true;
            return WaitSlice(LibcNumbers.CLOCK_REALTIME, milliseconds);
        }
    }

    private int WaitSlice(int clock, int milliseconds)
    {
        Libc.TimeSpec until;
        _ = Libc.ClockTime(clock, &until);
        long nanoseconds = until.Nanoseconds + (milliseconds * 1_000_000L);
        until.Seconds += (nint)(nanoseconds / 1_000_000_000);
        until.Nanoseconds = (nint)(nanoseconds % 1_000_000_000);
        return clock == LibcNumbers.CLOCK_MONOTONIC ? Librt.SemaphoreClockWait(handle, clock, &until) : Librt.SemaphoreTimedWait(handle, &until);
    }

    private static Errno Result(int result) => result == 0 ? Errno.None : LibcNumbers.LastErrno();
}
