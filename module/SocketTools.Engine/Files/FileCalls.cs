using System;
using System.IO;
using Microsoft.Win32.SafeHandles;
using SocketTools.Native;

namespace SocketTools;

/// <summary>What a path is.</summary>
internal enum FileKind
{
    Missing,
    Regular,
    Directory,
    /// <summary>FIFO, device or socket.</summary>
    Other,
}

/// <summary>The calls on files: .NET's, with the errno that it hides in its exceptions.</summary>
internal static class FileCalls
{
    private const int AT_FDCWD = -100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_TYPE = 1;
    private const int S_IFMT = 0xF000;
    private const int S_IFDIR = 0x4000;
    private const int S_IFREG = 0x8000;

    /// <summary>Runs a call of .NET on a file; what it throws becomes the error of the system call below it.</summary>
    public static T Run<T>(string operation, string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is not SocketCallException && ToErrno(e) is not Errno.None)
        {
            Errno errno = ToErrno(e);
            throw new SocketFileException(operation, errno, path, null, e) { Advice = Advise(errno) };
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    public static void Run(string operation, string path, Action call) => Run(operation, path, () => { call(); return 0; });

    /// <summary>Opens a file to be read. A FIFO is opened too, and does not wait for its writer.</summary>
    public static SafeFileHandle OpenToRead(string path, SystemCallTrace? trace)
    {
        if (OperatingSystem.IsWindows())
        {
            return Directory.Exists(path)
                ? throw new SocketFileException("open", Errno.EISDIR, path)
                : Run("open", path, () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }

        int fd = Libc.Open(path, LibcNumbers.O_NONBLOCK | LibcNumbers.O_CLOEXEC);
        Errno errno = fd < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("open", $"\"{path}\", O_RDONLY|O_NONBLOCK|O_CLOEXEC", fd, errno));
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new SocketFileException("open", errno, path) { Advice = Advise(errno) };
    }

    /// <summary>What an open file is.</summary>
    public static FileKind KindOf(SafeFileHandle file, string path) => OperatingSystem.IsLinux()
        ? Statx((int)file.DangerousGetHandle(), "", AT_EMPTY_PATH, path)
        : Directory.Exists(path) ? FileKind.Directory : Seeks(file) ? FileKind.Regular : FileKind.Other;

    /// <summary>What is at a path, at the end of its symbolic links. Only Linux tells a device from a regular file.</summary>
    public static FileKind KindOf(string path) => OperatingSystem.IsLinux()
        ? Statx(AT_FDCWD, path, 0, path)
        : Directory.Exists(path) ? FileKind.Directory : File.Exists(path) ? FileKind.Regular : FileKind.Missing;

    /// <summary>The errno in an exception of .NET; None for one that is no error of a file.</summary>
    public static Errno ToErrno(Exception exception) => exception switch
    {
        UnauthorizedAccessException { InnerException: IOException inner } => ToErrno(inner),
        UnauthorizedAccessException => Errno.EACCES,
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => Errno.ENOENT,
        PathTooLongException => Errno.ENAMETOOLONG,
        ArgumentOutOfRangeException => Errno.EFBIG, // So .NET shows EFBIG of write(2).
        IOException io when OperatingSystem.IsWindows() => (io.HResult & 0xFFFF) switch
        {
            80 or 183 => Errno.EEXIST,
            39 or 112 => Errno.ENOSPC,
            32 or 33 => Errno.EBUSY,
            19 => Errno.EROFS,
            123 => Errno.EINVAL,
            _ => Errno.EIO,
        },
        IOException { HResult: > 0 } io => (OperatingSystem.IsMacOS() ? ErrnoTable.FromMac(io.HResult) : (Errno)io.HResult) switch
        {
            Errno.EWOULDBLOCK => Errno.EBUSY, // flock(2): another open file has the lock.
            Errno errno => errno,
        },
        IOException => Errno.EIO,
        _ => Errno.None,
    };

    /// <summary>Advice about a file, where that of the table is about sockets.</summary>
    public static string Advise(Errno errno) => errno switch
    {
        Errno.ENOENT => "Check the path: its directory must exist, and to read or send it, the file too.",
        Errno.EACCES or Errno.EPERM => "Check the permissions of the file and of its directory.",
        Errno.EMFILE => "Close some files or sockets, or raise the limit (ulimit -n).",
        Errno.ENXIO => "Give a regular file.",
        Errno.EBUSY => "Another process writes to the file. Try again later.",
        _ => ErrnoTable.Get(errno).Advice,
    };

    private static bool Seeks(SafeFileHandle file)
    {
        try
        {
            RandomAccess.GetLength(file);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    // struct statx is the same on every architecture, which struct stat is not: stx_mode is at byte 28 (statx(2)).
    private static unsafe FileKind Statx(int directory, string path, int flags, string name)
    {
        byte* result = stackalloc byte[256];
        if (Libc.Statx(directory, path, flags, STATX_TYPE, result) < 0)
        {
            Errno errno = LibcNumbers.LastErrno();
            return errno == Errno.ENOENT ? FileKind.Missing : throw new SocketFileException("statx", errno, name) { Advice = Advise(errno) };
        }

        return (*(ushort*)(result + 28) & S_IFMT) switch
        {
            S_IFREG => FileKind.Regular,
            S_IFDIR => FileKind.Directory,
            _ => FileKind.Other,
        };
    }
}
