using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Calls;

/// <summary>Makes one call in another working directory, while the process and its other threads stay in theirs.</summary>
internal static class InDirectory
{
    /// <summary>Runs a call on a thread of its own that has left the working directory of the process (unshare(2) with CLONE_FS).</summary>
    /// <returns>False where the system does not allow that: macOS, and some containers.</returns>
    public static bool TryRun(string directory, Func<int> call, out int result)
    {
        int? made = null;
        ExceptionDispatchInfo? failed = null;
        if (OperatingSystem.IsLinux())
        {
            // The thread ends with the call: nothing else ever runs in that directory.
            Thread thread = new(() =>
            {
                try
                {
                    if (Libc.Unshare(LibcNumbers.CLONE_FS) == 0 && Libc.ChangeDirectory(directory) == 0)
                    {
                        made = call();
                    }
                }
                catch (Exception e)
                {
                    failed = ExceptionDispatchInfo.Capture(e); // Uncaught here it would end the process.
                }
            })
            {
                IsBackground = true,
            };
            thread.Start();
            thread.Join();
            failed?.Throw();
        }

        result = made ?? 0;
        return made is not null;
    }
}
