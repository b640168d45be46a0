using System;
using System.Threading;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>
/// A semaphore: a count that processes share. Locking takes one off it, and waits while it is 0; unlocking adds one. It has no owner: whoever unlocks it
/// need not be who locked it, and a process that dies with a lock keeps it for good.
/// </summary>
/// <remarks>
/// POSIX (sem_overview(7)) on Linux; on Windows .NET's named semaphores, whose count cannot be read. Safe from any thread. One that this process made by
/// name is removed when it is closed or, at the latest, when the process exits; who has it open by then goes on with it.
/// </remarks>
public abstract class IpcSemaphore : IDisposable, IIpcCloseable
{
    private readonly CancellationTokenSource _closing = new();
    private int _closed;

    private protected IpcSemaphore(string? name, bool created)
    {
        Name = name;
        IsOwner = created;
        OpenIpc.Add(this);
    }

    /// <summary>The name, such as /lock; null for one without.</summary>
    public string? Name { get; }

    /// <summary>Whether this object made it, rather than open one that was there.</summary>
    public bool IsOwner { get; }

    /// <summary>How often it can be locked now without waiting; null when it is closed, and on Windows. It may be another the moment after.</summary>
    public abstract int? Value { get; }

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => _closed == 0;

    /// <summary>Fires when it is being closed.</summary>
    private protected CancellationToken Closing => _closing.Token;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="name">Its name, with a slash before it and none in it; null for one that only this process has (sem_init(3)).</param>
    /// <param name="initialCount">How often it can be locked at first.</param>
    /// <param name="trace">Sees the system calls.</param>
    /// <exception cref="SocketCallException">EEXIST: the name is taken. EINVAL, ENAMETOOLONG: it is no name. EACCES, ENOSPC, EMFILE; EOPNOTSUPP: not on this system.</exception>
    public static IpcSemaphore Create(string? name, int initialCount, SystemCallTrace? trace = null)
    {
        Check(name);
        return OperatingSystem.IsWindows()
            ? DotNetSemaphore.Create(name, initialCount)
            : PosixSemaphore.Create(name, initialCount, trace);
    }

    /// <summary>Opens a semaphore that is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="trace">Sees the system calls.</param>
    /// <exception cref="SocketCallException">ENOENT: there is none. EACCES: it is another user's. EINVAL: it is no name, or no semaphore.</exception>
    public static IpcSemaphore Open(string name, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        Check(name);
        return OperatingSystem.IsWindows() ? DotNetSemaphore.Open(name) : PosixSemaphore.Open(name, trace);
    }

    /// <summary>Takes off the count, waiting while it is 0.</summary>
    /// <param name="count">How much. What was taken is given back when the rest does not come in time, so that it is all or nothing; others may find it lower meanwhile.</param>
    /// <param name="wait">How long for.</param>
    /// <exception cref="SocketCallException">EWOULDBLOCK or ETIMEDOUT: it was 0 for all that time. EBADF: it is closed, or was while this waited.</exception>
    public void Lock(int count, in SocketWait wait)
    {
        Calls.Deadline deadline = Calls.Deadline.After(wait.Timeout);
        int taken = 0;
        bool held = false;
        try
        {
            Hold(ref held, "sem_wait"); // Until all is given back: whoever closes it meanwhile does not keep what others wait for.
            for (; taken < count; taken++)
            {
                TakeOne(deadline, wait);
            }
        }
        catch when (taken > 0)
        {
            GiveBack(taken);
            throw;
        }
        finally
        {
            Let(held);
        }
    }

    /// <summary>Adds to the count, which wakes who waits.</summary>
    /// <param name="count">How much.</param>
    /// <param name="trace">Sees the system calls.</param>
    /// <exception cref="SocketCallException">EOVERFLOW: the count is at its maximum. EBADF: it is closed.</exception>
    public void Unlock(int count = 1, SystemCallTrace? trace = null)
    {
        Errno errno = Errno.None;
        int added = 0;
        while (added < count && errno == Errno.None)
        {
            errno = AddOne(trace);
            added += errno == Errno.None ? 1 : 0;
        }

        if (errno != Errno.None)
        {
            throw new SocketCallException("sem_post", errno, ToTarget(), errno != Errno.EOVERFLOW ? null
                : added == 0 ? "The count is at its maximum" : $"The count came to its maximum after {added} of {count}")
            {
                BytesTransferred = added,
            };
        }
    }

    /// <summary>Closes. Whoever waits on it here gets EBADF. What this process made by name is removed.</summary>
    /// <exception cref="SocketCallException">EBADF: it was closed before.</exception>
    public void Close(SystemCallTrace? trace = null)
    {
        if (!TryClose(trace))
        {
            throw Closed("sem_close");
        }
    }

    /// <summary>Closes, if it was not closed before.</summary>
    public void Dispose()
    {
        TryClose(null);
        GC.SuppressFinalize(this);
    }

    /// <summary>The name, or that there is none.</summary>
    public override string ToString() => Name ?? "(unnamed)";

    /// <summary>What errors name.</summary>
    internal object ToTarget() => (object?)Name ?? this;

    private protected SocketCallException Closed(string operation) => new(operation, Errno.EBADF, ToTarget(), "The semaphore is closed") { Advice = "Open it again (New-IpcSemaphore)." };

    private protected SocketCallException TimedOut(in SocketWait wait) => new("sem_wait", wait.TimeoutErrno, ToTarget(),
        wait.Timeout == TimeSpan.Zero ? "It is locked: its count is 0" : $"It was locked for {wait.Timeout.TotalSeconds:0.###} s: its count is 0")
    {
        Advice = "Raise -TimeoutSeconds (-1 waits for ever). A semaphore has no owner: if who locked it has died, Unlock-IpcSemaphore gives the lock back, and Get-IpcResource shows who has it open.",
    };

    /// <summary>Keeps it there until <see cref="Let"/>, also where it is closed in between; EBADF where it is closed already.</summary>
    private protected abstract void Hold(ref bool held, string operation);

    /// <summary>Ends <see cref="Hold"/>.</summary>
    private protected abstract void Let(bool held);

    /// <summary>Takes one off, or throws. The caller holds it.</summary>
    private protected abstract void TakeOne(Calls.Deadline deadline, in SocketWait wait);

    /// <summary>Adds one.</summary>
    private protected abstract Errno AddOne(SystemCallTrace? trace);

    /// <summary>Adds what was taken before, closed or not. The caller holds it.</summary>
    private protected abstract void GiveBack(int count);

    /// <summary>Lets go of it.</summary>
    private protected abstract void Release(SystemCallTrace? trace);

    private bool TryClose(SystemCallTrace? trace)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        _closing.Cancel();
        OpenIpc.Remove(this);
        Release(trace);
        return true;
    }

    private static void Check(string? name)
    {
        const int MaximumLength = 251; // NAME_MAX without "sem." (sem_overview(7)).
        if (name is null)
        {
            return;
        }

        IpcName.Check("sem_open", name);
        if (System.Text.Encoding.UTF8.GetByteCount(name) - 1 > MaximumLength)
        {
            throw new SocketCallException("sem_open", Errno.ENAMETOOLONG, name, $"The name has more than {MaximumLength} bytes") { Advice = "Choose a shorter one." };
        }
    }
}
