using System;
using System.Globalization;
using System.IO;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>
/// Where the queues of POSIX can be listed: the mqueue file system. Where nobody has mounted it, this process mounts it for itself alone and without a
/// path (fsopen(2), fsmount(2)), which needs CAP_SYS_ADMIN.
/// </summary>
internal sealed class QueueDirectory : IDisposable
{
    // The newer calls have the same numbers on every processor.
    private const int FsOpen = 430;
    private const int FsConfigure = 431;
    private const int FsMount = 432;
    private const int FSOPEN_CLOEXEC = 1;
    private const int FSMOUNT_CLOEXEC = 1;
    private const int FSCONFIG_CMD_CREATE = 6;

    private readonly int _descriptor = -1;

    private QueueDirectory(string path) => Path = path;

    private QueueDirectory(int descriptor)
        : this(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}")) => _descriptor = descriptor;

    public string Path { get; }

    /// <summary>Opens it; null where the queues cannot be listed.</summary>
    public static QueueDirectory? Open() => MountPoint() is { } path ? new QueueDirectory(path) : Mount() is >= 0 and var descriptor ? new QueueDirectory(descriptor) : null;

    /// <summary>Bytes of the messages in a queue, by what its file says: <c>QSIZE:129 NOTIFY:2 SIGNO:0 NOTIFY_PID:8260</c>.</summary>
    public static long? Bytes(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            string start = "QSIZE:";
            int end = text.IndexOf(' ', StringComparison.Ordinal);
            return text.StartsWith(start, StringComparison.Ordinal) && end > 0
                && long.TryParse(text.AsSpan(start.Length, end - start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
        }
    }

    /// <summary>The mount point in the lines of /proc/self/mountinfo, or null.</summary>
    internal static string? FindMount(string[] lines)
    {
        foreach (string line in lines)
        {
            // 36 35 0:17 / /dev/mqueue rw,relatime shared:14 - mqueue mqueue rw
            int separator = line.IndexOf(" - mqueue ", StringComparison.Ordinal);
            string[] parts = line.Split(' ');
            if (separator > 0 && parts.Length > 5)
            {
                return parts[4].Replace("\\040", " ", StringComparison.Ordinal);
            }
        }

        return null;
    }

    private static string? MountPoint()
    {
        try
        {
            return FindMount(File.ReadAllLines("/proc/self/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Mount()
    {
        int context = (int)Libc.SystemCall(FsOpen, "mqueue", FSOPEN_CLOEXEC);
        if (context < 0)
        {
            return -1;
        }

        try
        {
            return Libc.SystemCall(FsConfigure, context, FSCONFIG_CMD_CREATE, 0, 0, 0) < 0 ? -1 : (int)Libc.SystemCall(FsMount, context, FSMOUNT_CLOEXEC, 0, 0, 0);
        }
        finally
        {
            _ = Libc.Close(context);
        }
    }
}
