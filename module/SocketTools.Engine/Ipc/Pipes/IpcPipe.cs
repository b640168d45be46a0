using System;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>Which ends of a pipe a child process shall get.</summary>
[Flags]
public enum IpcPipeEnds
{
    /// <summary>None: both stay here.</summary>
    None = 0,
    /// <summary>The end that receives.</summary>
    Reader = 1,
    /// <summary>The end that sends.</summary>
    Writer = 2,
}

/// <summary>A pipe: bytes that go into one end come out of the other, in order (pipe(2)).</summary>
public sealed unsafe class IpcPipe : IDisposable, IIpcCloseable
{
    private IpcPipe(IpcChannel reader, IpcChannel writer) => (Reader, Writer) = (reader, writer);

    /// <summary>The end that receives.</summary>
    public IpcChannel Reader { get; }

    /// <summary>The end that sends.</summary>
    public IpcChannel Writer { get; }

    /// <summary>Makes a pipe.</summary>
    /// <param name="forChild">Ends that programs started from here on inherit, in blocking mode. Close them here once the child has them.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EMFILE, ENFILE. On Windows EOPNOTSUPP for an end for a child.</exception>
    public static IpcPipe Create(IpcPipeEnds forChild = IpcPipeEnds.None, SystemCallTrace? trace = null)
    {
        if (OperatingSystem.IsWindows())
        {
            return forChild == IpcPipeEnds.None ? CreateOnWindows() : throw new SocketCallException("pipe", Errno.EOPNOTSUPP, null, "Windows hands no descriptors to children by their number")
            {
                Advice = "Leave -ForChild out, and talk to the child over a socket.",
            };
        }

        int* fds = stackalloc int[2];
        bool flags = OperatingSystem.IsLinux(); // macOS has no pipe2(2).
        int result = flags ? Libc.Pipe2(fds, LibcNumbers.O_CLOEXEC) : Libc.Pipe(fds);
        Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new(flags ? "pipe2" : "pipe", result < 0 ? "NULL" : $"[{fds[0]}, {fds[1]}]{(flags ? ", O_CLOEXEC" : "")}", result, errno));
        if (result < 0)
        {
            throw new SocketCallException("pipe", errno, null) { Advice = "Close some pipes (Close-IpcChannel), or raise the limit (ulimit -n)." };
        }

        return new IpcPipe(End(fds[0], IpcPipeEnds.Reader, forChild, trace), End(fds[1], IpcPipeEnds.Writer, forChild, trace));
    }

    /// <summary>Closes both ends, those that are still open.</summary>
    /// <exception cref="SocketCallException">EBADF: both were closed before.</exception>
    public void Close(SystemCallTrace? trace = null)
    {
        if (!Reader.IsOpen && !Writer.IsOpen)
        {
            throw new SocketCallException("close", Errno.EBADF, this);
        }

        foreach (IpcChannel end in (ReadOnlySpan<IpcChannel>)[Writer, Reader])
        {
            if (end.IsOpen)
            {
                end.Close(trace);
            }
        }
    }

    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        Writer.Dispose();
        Reader.Dispose();
    }

    /// <summary>The numbers of both ends in a line.</summary>
    public override string ToString() => $"Pipe [{Reader.Descriptor}, {Writer.Descriptor}]";

    private static IpcPipeEnd End(int fd, IpcPipeEnds end, IpcPipeEnds forChild, SystemCallTrace? trace)
    {
        bool inherited = (forChild & end) != 0;
        if (inherited || !OperatingSystem.IsLinux())
        {
            int flags = inherited ? 0 : LibcNumbers.FD_CLOEXEC;
            _ = LibcNumbers.Fcntl(fd, LibcNumbers.F_SETFD, flags);
            trace?.Invoke(new("fcntl", $"{fd}, F_SETFD, {(inherited ? "0" : "FD_CLOEXEC")}", 0, Errno.None));
        }

        if (!inherited)
        {
            _ = LibcNumbers.Fcntl(fd, LibcNumbers.F_SETFL, LibcNumbers.GetFlags(fd) | LibcNumbers.O_NONBLOCK);
            trace?.Invoke(new("fcntl", $"{fd}, F_SETFL, {(end == IpcPipeEnds.Reader ? "O_RDONLY" : "O_WRONLY")}|O_NONBLOCK", 0, Errno.None));
        }

        return new IpcPipeEnd(new IpcDescriptor(fd), IpcMechanism.Pipe, null, end == IpcPipeEnds.Reader, end == IpcPipeEnds.Writer, inherited);
    }

    private static IpcPipe CreateOnWindows()
    {
        (System.IO.Pipes.PipeStream reader, System.IO.Pipes.PipeStream writer) = IpcStreamChannel.Connect();
        return new IpcPipe(new IpcStreamChannel(reader, canRead: true), new IpcStreamChannel(writer, canRead: false));
    }
}
