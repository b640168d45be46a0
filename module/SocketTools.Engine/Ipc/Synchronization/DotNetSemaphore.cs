using System;
using System.IO;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools.Ipc;

/// <summary>A named semaphore of Windows. It is gone with the last process that has it open.</summary>
internal sealed class DotNetSemaphore : IpcSemaphore
{
    private readonly Semaphore _semaphore;

    private DotNetSemaphore(Semaphore semaphore, string? name, bool created)
        : base(name, created) => _semaphore = semaphore;

    // Windows does not tell it.
    public override int? Value => null;

    public static DotNetSemaphore Create(string? name, int initialCount)
    {
        try
        {
            Semaphore semaphore = new(initialCount, int.MaxValue, name, out bool created);
            if (created)
            {
                return new DotNetSemaphore(semaphore, name, created: true);
            }

            semaphore.Dispose();
            throw new SocketCallException("CreateSemaphore", Errno.EEXIST, name, "A semaphore of that name exists") { Advice = "Open it with -Open, or choose another name." };
        }
        catch (Exception e) when (e is UnauthorizedAccessException or WaitHandleCannotBeOpenedException)
        {
            throw new SocketCallException("CreateSemaphore", Errno.EACCES, name, "Something of that name exists", e);
        }
    }

    public static DotNetSemaphore Open(string name)
    {
        try
        {
            if (OperatingSystem.IsWindows() && Semaphore.TryOpenExisting(name, out Semaphore? semaphore))
            {
                return new DotNetSemaphore(semaphore, name, created: false);
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SocketCallException("OpenSemaphore", Errno.EACCES, name, null, e);
        }

        throw new SocketCallException("OpenSemaphore", Errno.ENOENT, name, "There is no semaphore of that name") { Advice = "Make it first, without -Open." };
    }

    private protected override void TakeOne(Deadline deadline, in SocketWait wait)
    {
        try
        {
            switch (WaitHandle.WaitAny([_semaphore, wait.Stop.WaitHandle, Closing.WaitHandle], deadline.Remaining))
            {
                case 0:
                    break;
                case 1:
                    throw new OperationCanceledException(wait.Stop);
                case 2:
                    throw Closed("WaitForSingleObject");
                default:
                    throw TimedOut(wait);
            }
        }
        catch (ObjectDisposedException)
        {
            throw Closed("WaitForSingleObject");
        }
    }

    private protected override Errno AddOne(SystemCallTrace? trace)
    {
        try
        {
            _semaphore.Release();
            return Errno.None;
        }
        catch (SemaphoreFullException)
        {
            return Errno.EOVERFLOW;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return Errno.EBADF;
        }
    }

    // .NET adds nothing to one that is closed: there the count goes with the last process that has it open.
    private protected override void GiveBack(int count)
    {
        try
        {
            _semaphore.Release(count);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private protected override void Hold(ref bool held, string operation)
    {
        if (!IsOpen)
        {
            throw Closed(operation);
        }
    }

    private protected override void Let(bool held)
    {
    }

    private protected override void Release(SystemCallTrace? trace) => _semaphore.Dispose();
}
