using System.Runtime.InteropServices;
using SocketTools.Ipc;

namespace SocketTools.Native;

/// <summary>The calls of librt: POSIX message queues and shared memory. Where they are in libc, as from version 2.34 of glibc on, that name leads there.</summary>
internal static unsafe partial class Librt
{
    private const string Name = "librt.so.1";

    /// <summary>struct mq_attr: four numbers that count, and four that are reserved.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct QueueAttributes
    {
        public nint Flags;
        public nint MaximumMessages;
        public nint MessageSize;
        public nint Messages;
        public nint Reserved1;
        public nint Reserved2;
        public nint Reserved3;
        public nint Reserved4;
    }

    // Variadic from the mode on; the systems that have the call pass those arguments as any other.
    [LibraryImport(Name, EntryPoint = "mq_open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenQueue(string name, int flags, uint mode, QueueAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "mq_unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkQueue(string name);

    [LibraryImport(Name, EntryPoint = "mq_getattr", SetLastError = true)]
    public static partial int GetAttributes(IpcDescriptor queue, QueueAttributes* attributes);

    [LibraryImport(Name, EntryPoint = "mq_send", SetLastError = true)]
    public static partial int Send(IpcDescriptor queue, byte* message, nint length, uint priority);

    [LibraryImport(Name, EntryPoint = "mq_receive", SetLastError = true)]
    public static partial nint Receive(IpcDescriptor queue, byte* message, nint length, uint* priority);

    [LibraryImport(Name, EntryPoint = "shm_open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenMemory(string name, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "shm_unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkMemory(string name);
}
