using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests;

/// <summary>Which system calls this run of the suite is made with.</summary>
internal static class CallsInUse
{
    public static bool AreLibc => SystemCalls.Current is LibcSystemCalls;

    /// <summary>Skips what only the calls of libc show, such as the arguments that strace would print.</summary>
    public static void SkipUnlessLibc(string reason) => Assert.SkipUnless(AreLibc, $"libc calls only: {reason}");
}
