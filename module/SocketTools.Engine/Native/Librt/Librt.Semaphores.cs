using System.Runtime.InteropServices;

namespace SocketTools.Native;

// Semaphores (sem_overview(7)). In older versions of glibc they are in libpthread, which librt leads to.
internal static unsafe partial class Librt
{
    // sem_open is variadic; on the systems of Linux its arguments are passed as those of any other function.
    [LibraryImport(Name, EntryPoint = "sem_open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint SemaphoreOpen(string name, int flags, uint mode, uint value);

    [LibraryImport(Name, EntryPoint = "sem_close", SetLastError = true)]
    public static partial int SemaphoreClose(nint semaphore);

    [LibraryImport(Name, EntryPoint = "sem_unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SemaphoreUnlink(string name);

    [LibraryImport(Name, EntryPoint = "sem_init", SetLastError = true)]
    public static partial int SemaphoreInitialize(nint semaphore, int shared, uint value);

    [LibraryImport(Name, EntryPoint = "sem_destroy", SetLastError = true)]
    public static partial int SemaphoreDestroy(nint semaphore);

    [LibraryImport(Name, EntryPoint = "sem_trywait", SetLastError = true)]
    public static partial int SemaphoreTryWait(nint semaphore);

    [LibraryImport(Name, EntryPoint = "sem_clockwait", SetLastError = true)]
    public static partial int SemaphoreClockWait(nint semaphore, int clock, Libc.TimeSpec* until);

    [LibraryImport(Name, EntryPoint = "sem_timedwait", SetLastError = true)]
    public static partial int SemaphoreTimedWait(nint semaphore, Libc.TimeSpec* until);

    [LibraryImport(Name, EntryPoint = "sem_post", SetLastError = true)]
    public static partial int SemaphorePost(nint semaphore);

    [LibraryImport(Name, EntryPoint = "sem_getvalue", SetLastError = true)]
    public static partial int SemaphoreValue(nint semaphore, int* value);
}
