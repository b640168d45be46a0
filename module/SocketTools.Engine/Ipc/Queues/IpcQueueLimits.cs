using System;
using System.Globalization;
using System.IO;

namespace SocketTools.Ipc;

/// <summary>What the kernel allows queues, as /proc shows it.</summary>
internal static class IpcQueueLimits
{
    private const string Posix = "/proc/sys/fs/mqueue/";

    /// <summary>Messages of a POSIX queue of which nobody said how many.</summary>
    public static int DefaultMessages => Math.Min(Read(Posix + "msg_default", 10), Read(Posix + "msg_max", 10));

    /// <summary>Bytes of a message of a POSIX queue of which nobody said how many.</summary>
    public static int DefaultSize => Math.Min(Read(Posix + "msgsize_default", 8192), Read(Posix + "msgsize_max", 8192));

    /// <summary>Bytes of a message of System V.</summary>
    public static int SystemVSize => Read("/proc/sys/kernel/msgmax", 8192);

    /// <summary>Why a POSIX queue was refused, and what to do about it; nulls where the error says all.</summary>
    public static (string? Detail, string? Advice) Explain(Errno errno, int messages, int size) => errno switch
    {
        Errno.EINVAL when messages > Read(Posix + "msg_max", 10) => ($"{messages} messages are more than {Posix}msg_max allows, which is {Read(Posix + "msg_max", 10)}",
            $"Lower -MaximumMessages, or have the administrator raise {Posix}msg_max."),
        Errno.EINVAL when size > Read(Posix + "msgsize_max", 8192) => ($"Messages of {size} bytes are longer than {Posix}msgsize_max allows, which is {Read(Posix + "msgsize_max", 8192)}",
            $"Lower -MessageSize, or have the administrator raise {Posix}msgsize_max."),
        Errno.EMFILE => ($"{messages} messages of {size} bytes are more memory than the user's queues may take, or the process is out of descriptors",
            "Lower -MaximumMessages or -MessageSize, remove queues (Remove-IpcResource), or raise the limit of the shell (ulimit -q)."),
        Errno.ENOMEM or Errno.EOVERFLOW => ($"{messages} messages of {size} bytes are more memory than there is", "Lower -MaximumMessages or -MessageSize."),
        Errno.ENOSPC => ($"There are as many queues as {Posix}queues_max allows, which is {Read(Posix + "queues_max", 256)}",
            $"Remove queues (Get-IpcResource, Remove-IpcResource), or have the administrator raise {Posix}queues_max."),
        _ => (null, null),
    };

    private static int Read(string path, int otherwise)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }
}
