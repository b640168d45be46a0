using System;
using System.Threading;

namespace SocketTools.Tests;

/// <summary>The bounds of waits in tests. None is waited for in full, unless the test fails or is about time.</summary>
internal static class Within
{
    /// <summary>For what is bound to come.</summary>
    public static SocketWait Ten => SocketWait.Seconds(10);

    /// <summary>For what is bound not to come.</summary>
    public static SocketWait Short => SocketWait.Seconds(0.03);

    /// <summary>Looks until a condition holds, ten seconds at most.</summary>
    public static void TenSeconds(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)))
        {
            throw new TimeoutException($"It did not happen within 10 s: {what}.");
        }
    }
}
