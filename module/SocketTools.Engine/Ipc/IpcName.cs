using System;
using System.Text;

namespace SocketTools.Ipc;

/// <summary>The names of POSIX queues, memory and semaphores: a slash, and no other (mq_overview(7), shm_overview(7)).</summary>
internal static class IpcName
{
    private const int Longest = 255; // NAME_MAX, the slash not counted

    /// <summary>Checks a name before the C library does, which says EINVAL, EACCES or ENOENT for the same mistake.</summary>
    /// <exception cref="SocketCallException">EINVAL, ENAMETOOLONG.</exception>
    public static void Check(string operation, string name)
    {
        if (name.Length < 2 || name[0] != '/' || name.IndexOf('/', 1) >= 0 || name.Contains('\0', StringComparison.Ordinal) || name is "/." or "/..")
        {
            throw new SocketCallException(operation, Errno.EINVAL, name, "A name is a slash and then at least one other character, none of them a slash")
            {
                Advice = name.Length > 0 && name.IndexOf('/') < 0 ? $"Write /{name}." : "Write it as /name. It is no path of a file.",
            };
        }

        int bytes = Encoding.UTF8.GetByteCount(name) - 1;
        if (bytes > Longest)
        {
            throw new SocketCallException(operation, Errno.ENAMETOOLONG, name, $"The name has {bytes} bytes, {Longest} are allowed") { Advice = "Choose a shorter name." };
        }
    }

    /// <summary>What to do about a name that is there, or is not, or is somebody else's.</summary>
    public static string Advise(Errno errno, string command) => errno switch
    {
        Errno.EEXIST => $"Open the one that is there with {command} -Open, choose another name, or remove it with Remove-IpcResource.",
        Errno.ENOENT => $"Check the name (Get-IpcResource lists them), or leave -Open out to make it.",
        Errno.EACCES => "It belongs to another user, or was not made for this access. Get-IpcResource shows owner and mode.",
        Errno.EMFILE => "Close some files or sockets, or raise the limit (ulimit -n).",
        _ => ErrnoTable.Get(errno).Advice,
    };
}
