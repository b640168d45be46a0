using System.Runtime.InteropServices;

namespace SocketTools.Native;

// Signals (signal(7)), memory and clocks for them and for semaphores, and what looks at and removes IPC of System V.
internal static unsafe partial class Libc
{
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    // struct sigaction of glibc and of musl, on 64-bit systems.
    [StructLayout(LayoutKind.Sequential)]
    public struct SignalAction
    {
        public nint Handler;
        public fixed ulong Mask[16];
        public int Flags;
        public nint Restorer;
    }

    [LibraryImport(Name, EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockTime(int clock, TimeSpec* time);

    [LibraryImport(Name, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint MapMemory(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Name, EntryPoint = "mprotect", SetLastError = true)]
    public static partial int ProtectMemory(nint address, nuint length, int protection);

    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    // union sigval has the size of a pointer, and is passed as one.
    [LibraryImport(Name, EntryPoint = "sigqueue", SetLastError = true)]
    public static partial int QueueSignal(int process, int signal, nint value);

    [LibraryImport(Name, EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SetSignalAction(int signal, SignalAction* action, SignalAction* before);

    [LibraryImport(Name, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport(Name, EntryPoint = "shmctl", SetLastError = true)]
    public static partial int SharedMemoryControl(int id, int command, void* buffer);

    // The last argument, a union of the size of a pointer, is not there for every command.
    [LibraryImport(Name, EntryPoint = "semctl", SetLastError = true)]
    public static partial int SemaphoreSetControl(int id, int number, int command, nint argument);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint SystemCall(nint number, string text, nint flags);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);
}
