using System.Runtime.InteropServices;

namespace SocketTools.Native;

internal static unsafe partial class Libc
{
    // struct flock of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    public struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int ProcessId;
    }

    // syscall(2) is variadic; its arguments are passed like those of any function on the systems that .NET supports (it is Linux only here).
    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, uint* address, int operation, uint value, TimeVal* timeout, void* second, uint third);
}
