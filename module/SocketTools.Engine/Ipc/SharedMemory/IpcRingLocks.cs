using System;
using Microsoft.Win32.SafeHandles;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>
/// Who is at a ring, by a lock on a byte of its file for each side (F_OFD_SETLK, fcntl(2) of Linux). The kernel takes it away when the process ends, however it does:
/// so a side that died is known, in a container too, and a process number that comes again deceives nobody.
/// </summary>
/// <remarks>It has an open file description of its own, because such a lock belongs to one and is not seen through the same one.</remarks>
internal sealed unsafe class IpcRingLocks : IDisposable
{
    private const int F_OFD_GETLK = 36;
    private const int F_OFD_SETLK = 37;
    private const short F_WRLCK = 1;
    private const short F_UNLCK = 2;
    private const int O_RDWR = 2;

    private readonly SafeFileHandle _file;

    private IpcRingLocks(SafeFileHandle file) => _file = file;

    /// <summary>Opens the file behind a descriptor once more. Null where the system has no such locks: then the numbers of the processes tell who is there.</summary>
    /// <exception cref="SocketCallException">EMFILE, ENFILE: too many open files.</exception>
    public static IpcRingLocks? Open(int descriptor)
    {
        if (!OperatingSystem.IsLinux() || descriptor < 0)
        {
            return null;
        }

        int file = Libc.Open($"/proc/self/fd/{descriptor}", O_RDWR | LibcNumbers.O_CLOEXEC);
        if (file >= 0)
        {
            return new IpcRingLocks(new SafeFileHandle(file, ownsHandle: true));
        }

        // A side without its lock would be free to whoever has one.
        return LibcNumbers.LastErrno() is var errno && errno is (Errno.EMFILE or Errno.ENFILE)
            ? throw new SocketCallException("open", errno, null) { Advice = "Close some files or sockets, or raise the limit (ulimit -n)." }
            : null;
    }

    /// <summary>Takes a side; false where another has it.</summary>
    public bool Take(int side) => Set(side, F_WRLCK);

    public void Release(int side) => Set(side, F_UNLCK);

    /// <summary>Whether another has that side. One's own lock is not seen.</summary>
    public bool IsTaken(int side)
    {
        Libc.FileLock region = new() { Type = F_WRLCK, Start = side, Length = 1 };
        return LibcNumbers.Fcntl(Descriptor, F_OFD_GETLK, (nint)(&region)) < 0 || region.Type != F_UNLCK;
    }

    /// <summary>Whether the file has so many bytes; another process may have cut it.</summary>
    public bool Has(long length) => IpcFileStatus.Of(_file) is not { Size: var there } || there >= length;

    public void Dispose() => _file.Dispose();

    private int Descriptor => (int)_file.DangerousGetHandle();

    private bool Set(int side, short type)
    {
        Libc.FileLock region = new() { Type = type, Start = side, Length = 1 };
        return LibcNumbers.Fcntl(Descriptor, F_OFD_SETLK, (nint)(&region)) == 0 || LibcNumbers.LastErrno() is not (Errno.EWOULDBLOCK or Errno.EACCES);
    }
}
