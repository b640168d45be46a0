using System;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>
/// A FIFO that this process made: a pipe with a name in the file system (mkfifo(3), fifo(7)). It carries nothing until it is opened at both ends,
/// and its file goes when this object is closed. What .NET calls a named pipe is a Unix socket on these systems.
/// </summary>
public sealed class IpcFifo : IDisposable, IIpcCloseable
{
    private readonly IpcOwnership _owned;
    private int _closed;

    private IpcFifo(string path)
    {
        Path = path;
        _owned = IpcOwnership.OfName("unlink", path, IpcFileStatus.Of(path), IpcFileStatus.Of, Libc.Unlink);
        OpenIpc.Add(this);
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>A FIFO.</summary>
    public IpcMechanism Mechanism { get; } = IpcMechanism.Fifo;

    /// <summary>Open until its file was removed by <see cref="Close"/>.</summary>
    public IpcChannelState State => _closed == 0 ? IpcChannelState.Open : IpcChannelState.Closed;

    /// <summary>Makes a FIFO with mode 0600.</summary>
    /// <exception cref="SocketCallException">EEXIST, ENOENT, EACCES, ENAMETOOLONG, EROFS; EOPNOTSUPP on Windows.</exception>
    public static IpcFifo Create(string path, SystemCallTrace? trace = null)
    {
        IpcPlatform.NeedUnix("mkfifo", path, "FIFOs; its named pipes are something else");
        int result = Libc.MakeFifo(path, IpcNumbers.OwnerOnly);
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("mkfifo", $"\"{path}\", 0600", result, errno));
        return result == 0 ? new IpcFifo(path) : throw new SocketCallException("mkfifo", errno, path, errno switch
        {
            Errno.EEXIST => "There is something at that path",
            Errno.ENOENT => $"There is no directory {System.IO.Path.GetDirectoryName(path)}",
            _ => null,
        })
        {
            Advice = errno == Errno.EEXIST ? "Choose another path, open a FIFO that is there with Connect-IpcFifo, or remove the file." : FileCalls.Advise(errno),
        };
    }

    /// <summary>Opens a FIFO, whoever made it, and waits until the other end is open too.</summary>
    /// <param name="path">A path.</param>
    /// <param name="access">Which end. Both ends at once need nobody else (Linux).</param>
    /// <param name="wait">How long to wait for the other end.</param>
    /// <exception cref="SocketCallException">ETIMEDOUT, EWOULDBLOCK: nobody opened the other end. ENOENT, EACCES; EINVAL: no FIFO.</exception>
    public static IpcPipeEnd Connect(string path, IpcAccess access, SocketWait wait)
    {
        IpcPlatform.NeedUnix("open", path, "FIFOs; its named pipes are something else");
        if (IpcFileStatus.Of(path) is { IsFifo: false })
        {
            throw NoFifo(path);
        }

        Deadline deadline = Deadline.After(wait.Timeout);
        IpcDescriptor handle = Open(path, access, deadline, wait);
        if (IpcFileStatus.Of(handle) is { IsFifo: false })
        {
            handle.Dispose(); // It was exchanged meanwhile.
            throw NoFifo(path);
        }

        IpcPipeEnd end = new(handle, IpcMechanism.Fifo, path, access != IpcAccess.Write, access != IpcAccess.Read, inherited: false);
        try
        {
            return access != IpcAccess.Read || end.AwaitWriter(deadline, wait) ? end : throw Alone(path, access, wait);
        }
        catch
        {
            end.Dispose();
            throw;
        }
    }

    /// <summary>Removes the file. Ends that are open stay so.</summary>
    /// <exception cref="SocketCallException">EBADF: it was closed before.</exception>
    public void Close(SystemCallTrace? trace = null)
    {
        if (!TryClose(trace))
        {
            throw new SocketCallException("unlink", Errno.EBADF, Path, "The FIFO is closed");
        }
    }

    /// <summary>Removes the file, if that was not done before.</summary>
    public void Dispose() => TryClose(null);

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    private bool TryClose(SystemCallTrace? trace)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        _owned.Remove(trace);
        OpenIpc.Remove(this);
        return true;
    }

    // Nothing here waits in open(2), from which no token takes a thread out. Without a reader, opening to write is ENXIO.
    private static IpcDescriptor Open(string path, IpcAccess access, Deadline deadline, SocketWait wait)
    {
        int pause = 1;
        while (true)
        {
            int fd = Libc.Open(path, (int)access | LibcNumbers.O_NONBLOCK | LibcNumbers.O_CLOEXEC);
            Errno errno = fd < 0 ? LibcNumbers.LastErrno() : Errno.None;
            bool again = errno == Errno.ENXIO && access == IpcAccess.Write;
            if (pause == 1 || !again)
            {
                wait.Trace?.Invoke(new("open", $"\"{path}\", {Flag(access)}|O_NONBLOCK|O_CLOEXEC", fd, errno));
            }

            if (fd >= 0)
            {
                return new IpcDescriptor(fd);
            }

            if (!again)
            {
                throw new SocketCallException("open", errno, path) { Advice = errno == Errno.ENOENT ? "Check the path, or make the FIFO with New-IpcFifo." : FileCalls.Advise(errno) };
            }

            if (deadline.Passed || wait.Timeout == TimeSpan.Zero)
            {
                throw Alone(path, access, wait);
            }

            IpcDescriptor.Pause(deadline.RemainingAtMost(pause), wait.Stop, default);
            wait.Stop.ThrowIfCancellationRequested();
            pause = Math.Min(pause * 2, 16);
        }
    }

    private static string Flag(IpcAccess access) => access switch
    {
        IpcAccess.Read => "O_RDONLY",
        IpcAccess.Write => "O_WRONLY",
        _ => "O_RDWR",
    };

    private static SocketCallException NoFifo(string path) =>
        new("open", Errno.EINVAL, path, "It is no FIFO") { Advice = "Give the path of a FIFO; New-IpcFifo makes one." };

    private static SocketCallException Alone(string path, IpcAccess access, SocketWait wait) =>
        new("open", wait.TimeoutErrno, path, $"Nobody {(access == IpcAccess.Read ? "writes to" : "reads from")} the FIFO{(wait.Timeout == TimeSpan.Zero ? "" : $", for {wait.Timeout.TotalSeconds:0.###} s")}")
        {
            Advice = "Open its other end in another process or runspace, raise -TimeoutSeconds (-1 waits for ever), or open both ends with -Access ReadWrite.",
        };
}
