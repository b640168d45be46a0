using System;
using System.Runtime.InteropServices;

namespace SocketTools.Native;

/// <summary>User names by their numbers (getpwuid_r(3)).</summary>
internal static unsafe class UserNames
{
    /// <summary>The name, or null where there is none, or no such call.</summary>
    public static string? Find(uint userId)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        // struct passwd begins with the pointer to the name on every system; it is smaller than 128 bytes.
        byte* entry = stackalloc byte[128];
        byte* buffer = stackalloc byte[4096];
        byte* found = null;
        return Libc.GetUser(userId, entry, buffer, 4096, &found) == 0 && found != null ? Marshal.PtrToStringUTF8(*(nint*)entry) : null;
    }
}
