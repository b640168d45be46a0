using System;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

public sealed unsafe partial class IpcSharedMemory
{
    /// <summary>Makes memory with mode 0600, full of zeros.</summary>
    /// <param name="name">/name.</param>
    /// <param name="size">Bytes. They are there from now on: memory that the system has not got is an error here, and no SIGBUS later.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EEXIST; ENOSPC, ENOMEM: there is not so much; EINVAL: the name; EOPNOTSUPP on macOS.</exception>
    public static IpcSharedMemory Create(string name, long size, SystemCallTrace? trace = null)
    {
        IpcName.Check("shm_open", name);
        if (OperatingSystem.IsWindows())
        {
            return OnWindows(name, size, make: true, write: true);
        }

        IpcDescriptor file = OpenFile(name, IpcAccess.ReadWrite, make: true, trace);
        IpcOwnership owned = Own(name, IpcFileStatus.Of(file));
        try
        {
            // ftruncate(2) alone would promise memory that may not be there when it is touched.
            int result = Libc.Truncate(file, size);
            Errno errno = result < 0 ? LibcNumbers.LastErrno() : Errno.None;
            trace?.Invoke(new("ftruncate", $"{file.Number}, {size}", result, errno));
            Reserve(file, errno, name, size, trace);
            return new IpcSharedMemory(name, file, IpcMapping.Map(file, size, write: true, name, trace), size, canWrite: true, owned);
        }
        catch
        {
            owned.Remove(trace);
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens memory that is there, whoever made it.</summary>
    /// <param name="name">/name.</param>
    /// <param name="size">The bytes that are needed; null for as many as there are.</param>
    /// <param name="access">Read, or ReadWrite. Write is ReadWrite: memory cannot only be written.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">ENOENT, EACCES; EINVAL: the name, or it is smaller than needed; EOPNOTSUPP on macOS.</exception>
    public static IpcSharedMemory Open(string name, long? size, IpcAccess access, SystemCallTrace? trace = null)
    {
        IpcName.Check("shm_open", name);
        bool write = access != IpcAccess.Read;
        if (OperatingSystem.IsWindows())
        {
            return OnWindows(name, size ?? 0, make: false, write);
        }

        IpcDescriptor file = OpenFile(name, write ? IpcAccess.ReadWrite : IpcAccess.Read, make: false, trace);
        try
        {
            long there = IpcFileStatus.Of(file)?.Size ?? 0;
            if (there < (size ?? 1))
            {
                throw new SocketCallException("shm_open", Errno.EINVAL, name, there == 0 ? "The memory has no bytes: nobody has given it a size yet"
                    : $"The memory has {there} bytes, and {size} were asked for")
                {
                    Advice = there == 0 ? "Open it again when the one who made it has set its size." : "Ask for less, or leave -Size out.",
                };
            }

            // Pages that nobody has touched yet are not there yet either.
            if (write)
            {
                Reserve(file, Errno.None, name, there, trace);
            }

            long used = size ?? there;
            return new IpcSharedMemory(name, file, IpcMapping.Map(file, used, write, name, trace), used, write, owned: null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static IpcDescriptor OpenFile(string name, IpcAccess access, bool make, SystemCallTrace? trace)
    {
        IpcPlatform.NeedLinux("shm_open", name, "shared memory with a name");
        int fd = Librt.OpenMemory(name, (int)access | LibcNumbers.O_CLOEXEC | (make ? IpcNumbers.O_CREAT | IpcNumbers.O_EXCL : 0), make ? IpcNumbers.OwnerOnly : 0);
        Errno errno = fd < 0 ? LibcNumbers.LastErrno() : Errno.None;
        trace?.Invoke(new("shm_open", $"\"{name}\", {(access == IpcAccess.Read ? "O_RDONLY" : "O_RDWR")}{(make ? "|O_CREAT|O_EXCL, 0600" : ", 0")}", fd, errno));
        return fd >= 0 ? new IpcDescriptor(fd) : throw new SocketCallException("shm_open", errno, name, errno == Errno.EEXIST ? "There is memory of that name" : null)
        {
            Advice = IpcName.Advise(errno, "New-IpcSharedMemory"),
        };
    }

    // Takes the pages from the system now.
    private static void Reserve(IpcDescriptor file, Errno failed, string name, long size, SystemCallTrace? trace)
    {
        while (failed == Errno.None)
        {
            Errno errno = (Errno)Libc.Allocate(file, 0, size);
            trace?.Invoke(new("posix_fallocate", $"{file.Number}, 0, {size}", errno == Errno.None ? 0 : -1, errno));
            if (errno == Errno.None)
            {
                return;
            }

            failed = errno == Errno.EINTR ? Errno.None : errno;
        }

        throw new SocketCallException("shm_open", failed, name, failed is Errno.ENOSPC or Errno.ENOMEM or Errno.EFBIG ? $"There is no room for {size} bytes" : null)
        {
            Advice = "Ask for less, remove what nobody needs (Get-IpcResource, Remove-IpcResource), or have the administrator enlarge /dev/shm.",
        };
    }

    private static IpcOwnership Own(string name, IpcFileStatus? made) =>
        IpcOwnership.OfName("shm_unlink", name, made, static n => IpcFileStatus.Of($"/dev/shm{n}"), Librt.UnlinkMemory);

    // There the memory goes with the last process that has it; nothing is left to be removed.
    [SupportedOSPlatform("windows")]
    private static IpcSharedMemory OnWindows(string name, long size, bool make, bool write)
    {
        string local = $"Local\\{name[1..]}";
        MemoryMappedFile? file = null;
        try
        {
            file = make ? MemoryMappedFile.CreateNew(local, size)
                : MemoryMappedFile.OpenExisting(local, write ? MemoryMappedFileRights.ReadWrite : MemoryMappedFileRights.Read);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, size, write ? MemoryMappedFileAccess.ReadWrite : MemoryMappedFileAccess.Read);
            byte* address = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            view.SafeMemoryMappedViewHandle.ReleasePointer(); // Each use holds the handle while it goes on; this one would hold it for good.
            return new IpcSharedMemory(name, file, new SafeMemoryMappedViewBuffer(view.SafeMemoryMappedViewHandle, address, size > 0 ? size : view.Capacity), write);
        }
        catch (Exception e) when (FileCalls.ToErrno(e) is not Errno.None and var errno)
        {
            file?.Dispose();
            throw new SocketCallException("CreateFileMapping", errno, name, null, e) { Advice = IpcName.Advise(errno, "New-IpcSharedMemory") };
        }
    }

    /// <summary>A view of a file of .NET.</summary>
    private readonly struct SafeMemoryMappedViewBuffer(SafeHandle handle, byte* address, long size)
    {
        public SafeHandle Handle { get; } = handle;

        public byte* Address { get; } = address;

        public long Size { get; } = size;
    }
}
