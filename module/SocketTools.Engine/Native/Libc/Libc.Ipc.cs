using System.Runtime.InteropServices;
using SocketTools.Ipc;

namespace SocketTools.Native;

// What pipes, FIFOs, queues of System V and shared memory need.
internal static unsafe partial class Libc
{
    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(IpcDescriptor fd, byte* buffer, nint length);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(IpcDescriptor fd, byte* buffer, nint length);

    [LibraryImport(Name, EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport(Name, EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int fd, byte* buffer, nint length, long offset);

    [LibraryImport(Name, EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int fd, byte* buffer, nint length, long offset);

    [LibraryImport(Name, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(IpcDescriptor fd, long length);

    // Returns the error number itself.
    [LibraryImport(Name, EntryPoint = "posix_fallocate")]
    public static partial int Allocate(IpcDescriptor fd, long offset, long length);

    [LibraryImport(Name, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nint length, int protection, int flags, IpcDescriptor fd, long offset);

    [LibraryImport(Name, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nint length);

    [LibraryImport(Name, EntryPoint = "msgget", SetLastError = true)]
    public static partial int GetMessageQueue(int key, int flags);

    [LibraryImport(Name, EntryPoint = "msgsnd", SetLastError = true)]
    public static partial int SendToQueue(int queue, byte* message, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "msgrcv", SetLastError = true)]
    public static partial nint ReceiveFromQueue(int queue, byte* message, nint length, nint type, int flags);

    [LibraryImport(Name, EntryPoint = "msgctl", SetLastError = true)]
    public static partial int ControlQueue(int queue, int command, byte* argument);
}
