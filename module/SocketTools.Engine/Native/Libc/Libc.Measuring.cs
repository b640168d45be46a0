using System.Runtime.InteropServices;

namespace SocketTools.Native;

// What Measure-IpcChannel needs beside.
internal static unsafe partial class Libc
{
    [LibraryImport(Name, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport(Name, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetFileLength(int fd, long length);

    // A process of 0 is the thread that calls.
    [LibraryImport(Name, EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int process, nint size, ulong* processors);

    [LibraryImport(Name, EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int process, nint size, ulong* processors);

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int ShutdownDescriptor(int fd, int how);

    // For a call that never waits and is over in less than a microsecond or two: the collector stands still meanwhile. It has no errno; the other one is to be called for it.
    [LibraryImport(Name, EntryPoint = "write")]
    [SuppressGCTransition]
    public static partial nint WriteAtOnce(int fd, void* buffer, nint length);
}
