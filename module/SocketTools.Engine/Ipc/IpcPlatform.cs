using System;

namespace SocketTools.Ipc;

/// <summary>What only some systems have, in one error that says which.</summary>
internal static class IpcPlatform
{
    /// <exception cref="SocketCallException">EOPNOTSUPP on Windows.</exception>
    public static void NeedUnix(string operation, object? target, string what)
    {
        if (OperatingSystem.IsWindows())
        {
            throw Missing(operation, target, $"Windows has no {what}", "Windows has New-IpcPipe and New-IpcSharedMemory; sockets work everywhere.");
        }
    }

    /// <exception cref="SocketCallException">EOPNOTSUPP anywhere else.</exception>
    public static void NeedLinux(string operation, object? target, string what)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw Missing(operation, target, $"This module has {what} on Linux only", "New-IpcPipe and sockets work everywhere.");
        }
    }

    private static SocketCallException Missing(string operation, object? target, string detail, string advice) =>
        new(operation, Errno.EOPNOTSUPP, target, detail) { Advice = advice };
}
