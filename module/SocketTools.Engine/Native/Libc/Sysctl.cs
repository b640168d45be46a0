namespace SocketTools.Native;

/// <summary>Numbers that the kernel of macOS tells by name (sysctlbyname(3)).</summary>
internal static unsafe class Sysctl
{
    /// <summary>The value, or null where there is no such name.</summary>
    public static int? Read(string name)
    {
        int value = 0;
        nint length = sizeof(int);
        return Libc.SystemControl(name, &value, &length, null, 0) == 0 && length == sizeof(int) ? value : null;
    }
}
