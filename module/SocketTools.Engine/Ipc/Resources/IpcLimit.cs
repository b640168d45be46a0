using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>A limit that the system sets to a kind of IPC.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Interface">POSIX or System V.</param>
/// <param name="Name">Its name: msg_max.</param>
/// <param name="Value">The limit; null where there is none.</param>
/// <param name="Unit">What it counts: bytes, messages, queues.</param>
/// <param name="Meaning">What it limits.</param>
/// <param name="Source">The file, or the command, that shows and sets it.</param>
public sealed record IpcLimit(IpcResourceKind? Kind, IpcResourceInterface Interface, string Name, ulong? Value, string Unit, string Meaning, string Source)
{
    private const string Queues = "/proc/sys/fs/mqueue/";
    private const string Kernel = "/proc/sys/kernel/";
    private const string Pipes = "/proc/sys/fs/";

    private static readonly (IpcResourceKind Kind, IpcResourceInterface Interface, string File, int Field, string? Name, string Unit, string Meaning)[] s_files =
    [
        (IpcResourceKind.Pipe, IpcResourceInterface.Posix, Pipes + "pipe-max-size", 0, null, "bytes", "Size to which a user may enlarge a pipe"),
        (IpcResourceKind.Pipe, IpcResourceInterface.Posix, Pipes + "pipe-user-pages-soft", 0, null, "pages", "Pages in all pipes of a user, before new ones are small; 0 for no limit"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, Queues + "queues_max", 0, null, "queues", "Queues in the system"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, Queues + "msg_max", 0, null, "messages", "Messages that a queue may hold"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, Queues + "msg_default", 0, null, "messages", "The same, where the maker did not say"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, Queues + "msgsize_max", 0, null, "bytes", "Bytes that a message may have"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, Queues + "msgsize_default", 0, null, "bytes", "The same, where the maker did not say"),
        (IpcResourceKind.SharedMemory, IpcResourceInterface.SystemV, Kernel + "shmmni", 0, null, "segments", "Segments in the system"),
        (IpcResourceKind.SharedMemory, IpcResourceInterface.SystemV, Kernel + "shmmax", 0, null, "bytes", "Bytes of a segment"),
        (IpcResourceKind.SharedMemory, IpcResourceInterface.SystemV, Kernel + "shmall", 0, null, "pages", "Pages in all segments"),
        (IpcResourceKind.Semaphore, IpcResourceInterface.SystemV, Kernel + "sem", 3, "semmni", "sets", "Sets of semaphores in the system"),
        (IpcResourceKind.Semaphore, IpcResourceInterface.SystemV, Kernel + "sem", 0, "semmsl", "semaphores", "Semaphores in a set"),
        (IpcResourceKind.Semaphore, IpcResourceInterface.SystemV, Kernel + "sem", 1, "semmns", "semaphores", "Semaphores in all sets"),
        (IpcResourceKind.Semaphore, IpcResourceInterface.SystemV, Kernel + "sem", 2, "semopm", "operations", "Operations in one call of semop(2)"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.SystemV, Kernel + "msgmni", 0, null, "queues", "Queues in the system"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.SystemV, Kernel + "msgmax", 0, null, "bytes", "Bytes that a message may have"),
        (IpcResourceKind.MessageQueue, IpcResourceInterface.SystemV, Kernel + "msgmnb", 0, null, "bytes", "Bytes that a queue may hold, unless its owner says otherwise"),
    ];

    /// <summary>The limits of this system, as /proc has them now. One that it does not have is left out.</summary>
    /// <exception cref="SocketCallException">EOPNOTSUPP: not Linux.</exception>
    public static IReadOnlyList<IpcLimit> Read()
    {
        IpcResources.NeedLinux();
        List<IpcLimit> limits = [];
        foreach (var (kind, api, file, field, name, unit, meaning) in s_files)
        {
            if (Field(file, field) is { } value)
            {
                limits.Add(new IpcLimit(kind, api, name ?? Path.GetFileName(file), value, unit, meaning, file));
            }
        }

        if (Resource("Max msgqueue size") is { } queues)
        {
            limits.Add(new IpcLimit(IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, "RLIMIT_MSGQUEUE", queues.Value, "bytes", "Memory of all queues of a user", "ulimit -q"));
        }

        if (Resource("Max pending signals") is { } signals)
        {
            limits.Add(new IpcLimit(null, IpcResourceInterface.Posix, "RLIMIT_SIGPENDING", signals.Value, "signals", "Signals with a value that wait to be taken, of all processes of a user", "ulimit -i"));
        }

        if (MemorySize() is { } memory)
        {
            limits.Add(new IpcLimit(IpcResourceKind.SharedMemory, IpcResourceInterface.Posix, "/dev/shm", memory, "bytes", "Memory and semaphores with names, all together", "df /dev/shm"));
        }

        limits.Add(new IpcLimit(IpcResourceKind.Semaphore, IpcResourceInterface.Posix, "SEM_VALUE_MAX", int.MaxValue, "", "The count of a semaphore", "sem_post(3)"));
        return limits.OrderBy(static l => l.Interface).ThenBy(static l => l.Kind ?? (IpcResourceKind)int.MaxValue).ToArray();
    }

    private static ulong? Field(string file, int field)
    {
        try
        {
            string[] fields = File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return field < fields.Length && ulong.TryParse(fields[field], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // "Max msgqueue size         819200               819200               bytes": the first number is the one that counts.
    private static (ulong? Value, bool Found)? Resource(string name)
    {
        try
        {
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            string? soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return soft is null ? null : (ulong.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ulong? MemorySize()
    {
        try
        {
            return (ulong)new DriveInfo("/dev/shm").TotalSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
