using System;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using SocketTools.Native;

namespace SocketTools.Calls;

/// <summary>
/// A pipe through which the kernel hands pages from a socket to a file (splice(2) of Linux), where recv and write would copy each byte twice.
/// Not safe from several threads.
/// </summary>
internal sealed unsafe class SplicePipe : IDisposable
{
    /// <summary>The most that one call moves: what a pipe may hold without a privilege (pipe(7)).</summary>
    public const int Size = 1024 * 1024;

    private readonly int _read;
    private readonly int _write;

    private SplicePipe(int read, int write) => (_read, _write) = (read, write);

    /// <summary>Bytes in the pipe.</summary>
    public int Count { get; private set; }

    public static SplicePipe? Open()
    {
        int* fds = stackalloc int[2];
        if (Libc.Pipe2(fds, LibcNumbers.O_CLOEXEC) < 0)
        {
            return null;
        }

        _ = LibcNumbers.Fcntl(fds[1], LibcNumbers.F_SETPIPE_SZ, Size); // Where it is refused the pipe is smaller, and that is all.
        return new SplicePipe(fds[0], fds[1]);
    }

    /// <summary>Takes up to so many bytes from a socket into the empty pipe, without waiting; 0 at the end of the stream.</summary>
    public int Fill(SafeSocketHandle socket, int count, SystemCallTrace? trace)
    {
        int moved;
        do
        {
            moved = Result(Libc.Splice(socket, null, _write, null, count, LibcNumbers.SPLICE_F_NONBLOCK));
            trace?.Invoke(Record($"{socket.DangerousGetHandle()}, NULL, {_write}, NULL, {count}, SPLICE_F_NONBLOCK", moved));
        }
        while (moved == -(int)Errno.EINTR);

        Count += Math.Max(moved, 0);
        return moved;
    }

    /// <summary>Puts what is in the pipe into a file at a position; returns how much of it.</summary>
    public int Empty(SafeFileHandle file, long position, SystemCallTrace? trace)
    {
        int moved;
        do
        {
            long offset = position;
            moved = Result(Libc.Splice(_read, null, file, &offset, Count, 0));
            trace?.Invoke(Record($"{_read}, NULL, {file.DangerousGetHandle()}, [{position}], {Count}, 0", moved));
        }
        while (moved == -(int)Errno.EINTR);

        Count -= Math.Max(moved, 0);
        return moved;
    }

    /// <summary>Takes what is in the pipe into memory, for a file that is written the other way.</summary>
    public int Read(Span<byte> target)
    {
        int count;
        fixed (byte* pointer = target)
        {
            do
            {
                count = Result(Libc.Read(_read, pointer, Math.Min(target.Length, Count)));
            }
            while (count == -(int)Errno.EINTR);
        }

        Count -= count > 0 ? count : throw new SocketCallException("read", (Errno)(-count), null);
        return count;
    }

    public void Dispose()
    {
        _ = Libc.Close(_read);
        _ = Libc.Close(_write);
    }

    private static int Result(nint result) => result >= 0 ? (int)result : -(int)LibcNumbers.LastErrno();

    private static SystemCallRecord Record(string arguments, int result) =>
        result >= 0 ? new("splice", arguments, result, Errno.None) : new("splice", arguments, -1, (Errno)(-result));
}
