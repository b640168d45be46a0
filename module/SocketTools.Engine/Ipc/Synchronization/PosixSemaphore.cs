using System;
using SocketTools.Calls;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>A sem_t of the C library, so that C programs can share it.</summary>
internal sealed class PosixSemaphore : IpcSemaphore
{
    private readonly SafeSemaphore _semaphore;
    private readonly IpcOwnership? _owned;

    private PosixSemaphore(SafeSemaphore semaphore, string? name, bool created)
        : base(name, created)
    {
        _semaphore = semaphore;
        if (created && name is not null)
        {
            _owned = IpcOwnership.OfName("sem_unlink", name, IpcFileStatus.Of(FileOf(name)), static n => IpcFileStatus.Of(FileOf(n)), Librt.SemaphoreUnlink);
        }
    }

    public override int? Value => Use(static s => (int?)s.Value(), null);

    /// <summary>The file that glibc and musl keep a named semaphore in.</summary>
    public static string FileOf(string name) => $"/dev/shm/sem.{name[1..]}";

    public static new PosixSemaphore Create(string? name, int initialCount, SystemCallTrace? trace)
    {
        NeedLinux(name);
        SafeSemaphore? semaphore = name is null
            ? SafeSemaphore.Initialize(initialCount, trace, out Errno errno)
            : SafeSemaphore.Open(name, create: true, initialCount, trace, out errno);
        return semaphore is not null ? new PosixSemaphore(semaphore, name, created: true) : throw Failure(name is null ? "sem_init" : "sem_open", errno, name);
    }

    public static new PosixSemaphore Open(string name, SystemCallTrace? trace)
    {
        NeedLinux(name);

        // glibc maps whatever file has the name, and the first look behind the end of a shorter one would be SIGBUS, the end of PowerShell.
        if (IpcFileStatus.Of(FileOf(name)) is { } file && file.Size != SafeSemaphore.Size)
        {
            throw Failure("sem_open", Errno.EINVAL, name);
        }

        SafeSemaphore? semaphore = SafeSemaphore.Open(name, create: false, 0, trace, out Errno errno);
        return semaphore is not null ? new PosixSemaphore(semaphore, name, created: false) : throw Failure("sem_open", errno, name);
    }

    private protected override void TakeOne(Deadline deadline, in SocketWait wait)
    {
        Errno errno = _semaphore.TryWait();
        bool waits = errno == Errno.EWOULDBLOCK && wait.Timeout != TimeSpan.Zero;
        while (errno is Errno.EWOULDBLOCK or Errno.EINTR or Errno.ETIMEDOUT && wait.Timeout != TimeSpan.Zero && !deadline.Passed)
        {
            wait.Stop.ThrowIfCancellationRequested();
            if (Closing.IsCancellationRequested)
            {
                throw Closed("sem_wait");
            }

            errno = _semaphore.WaitSlice(deadline);
        }

        // One call for the person who looks, however many parts the wait had.
        wait.Trace?.Invoke(new(waits ? "sem_clockwait" : "sem_trywait", waits ? $"{Text}, CLOCK_MONOTONIC, {deadline.Remaining} ms left" : Text, errno == Errno.None ? 0 : -1, errno));
        if (errno != Errno.None)
        {
            throw errno is Errno.EWOULDBLOCK or Errno.ETIMEDOUT or Errno.EINTR ? TimedOut(wait) : new SocketCallException("sem_wait", errno, ToTarget());
        }
    }

    private protected override Errno AddOne(SystemCallTrace? trace)
    {
        bool held = false;
        try
        {
            Hold(ref held, "sem_post");
            Errno errno = _semaphore.Post();
            trace?.Invoke(new("sem_post", Text, errno == Errno.None ? 0 : -1, errno));
            return errno;
        }
        finally
        {
            Let(held);
        }
    }

    private protected override void GiveBack(int count)
    {
        while (count-- > 0)
        {
            _ = _semaphore.Post();
        }
    }

    private protected override void Release(SystemCallTrace? trace)
    {
        _owned?.Remove(trace);
        _semaphore.Dispose();
        trace?.Invoke(new(Name is null ? "sem_destroy" : "sem_close", Text, 0, Errno.None));
    }

    private string Text => $"0x{_semaphore.Address:x}";

    private T Use<T>(Func<SafeSemaphore, T> call, T closed)
    {
        bool held = false;
        try
        {
            _semaphore.DangerousAddRef(ref held);
            return IsOpen ? call(_semaphore) : closed;
        }
        catch (ObjectDisposedException)
        {
            return closed;
        }
        finally
        {
            Let(held);
        }
    }

    private protected override void Hold(ref bool held, string operation)
    {
        try
        {
            _semaphore.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            throw Closed(operation);
        }

        if (!IsOpen)
        {
            throw Closed(operation);
        }
    }

    private protected override void Let(bool held)
    {
        if (held)
        {
            _semaphore.DangerousRelease();
        }
    }

    private static SocketCallException Failure(string call, Errno errno, string? name) => errno switch
    {
        Errno.EEXIST => new SocketCallException(call, errno, name, "A semaphore of that name exists") { Advice = "Open it with -Open, choose another name, or remove it (Remove-IpcResource)." },
        Errno.ENOENT => new SocketCallException(call, errno, name, "There is no semaphore of that name") { Advice = "Make it first, without -Open; Get-IpcResource lists those that exist." },
        Errno.EACCES => new SocketCallException(call, errno, name, "It belongs to another user, whose permissions do not include this one") { Advice = "Run it as that user; Get-IpcResource shows owner and mode." },
        Errno.EINVAL => new SocketCallException(call, errno, name, $"The file {FileOf(name ?? "/")} is no semaphore") { Advice = "Choose another name, or remove the file." },
        _ => new SocketCallException(call, errno, name),
    };

    private static void NeedLinux(string? name)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new SocketCallException("sem_open", Errno.EOPNOTSUPP, name, "The semaphores of this system cannot be waited for with a time limit")
            {
                Advice = "Use a pipe or a socket: one byte in it is one place.",
            };
        }
    }
}
