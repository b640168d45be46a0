using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>Lists what processes of this machine talk by, other than sockets: ipcs(1), and what ipcs does not know of. Linux.</summary>
public static class IpcResources
{
    /// <summary>Lists what exists now, with what this session alone has.</summary>
    /// <param name="kinds">Of which kinds; none for all.</param>
    /// <param name="unlisted">Called when a part cannot be listed, with the reason.</param>
    /// <returns>POSIX before System V, by kind and by name.</returns>
    /// <exception cref="SocketCallException">EOPNOTSUPP: not Linux.</exception>
    public static IReadOnlyList<IpcResource> List(IReadOnlyCollection<IpcResourceKind> kinds, Action<string>? unlisted = null)
    {
        NeedLinux();
        ResourceHolders holders = new();
        IDisposable[] own = [.. OpenIpc.All];
        bool Wanted(IpcResourceKind kind) => kinds.Count == 0 || kinds.Contains(kind);

        List<IpcResource> found = [];
        if (Wanted(IpcResourceKind.SharedMemory) || Wanted(IpcResourceKind.Semaphore))
        {
            found.AddRange(PosixResources.InMemory(holders, own).Where(r => Wanted(r.Kind)));
        }

        if (Wanted(IpcResourceKind.MessageQueue))
        {
            using QueueDirectory? directory = QueueDirectory.Open();
            if (directory is not null)
            {
                found.AddRange(PosixResources.Queues(directory, holders, own));
            }
            else if (own.OfType<IpcPosixQueue>().Any(static q => q.IsOwner) || kinds.Contains(IpcResourceKind.MessageQueue))
            {
                unlisted?.Invoke("POSIX message queues cannot be listed: the mqueue file system is not mounted (mount -t mqueue none /dev/mqueue). Remove-IpcResource -Name removes one by its name all the same.");
            }
        }

        found.AddRange(OwnResources.Unlisted(own, holders).Where(r => Wanted(r.Kind)));
        foreach (IpcResourceKind kind in (ReadOnlySpan<IpcResourceKind>)[IpcResourceKind.SharedMemory, IpcResourceKind.Semaphore, IpcResourceKind.MessageQueue])
        {
            if (Wanted(kind))
            {
                found.AddRange(SystemVTable.Read(kind, holders, own));
            }
        }

        return found.OrderBy(static r => r.Interface).ThenBy(static r => r.Kind).ThenBy(static r => r.Name, StringComparer.Ordinal).ThenBy(static r => r.Id).ToArray();
    }

    /// <summary>A FIFO, or the file of a Unix domain socket.</summary>
    /// <param name="path">Its full path.</param>
    /// <exception cref="SocketCallException">ENOENT: there is nothing. EINVAL: it is something else. EOPNOTSUPP: not Linux.</exception>
    public static IpcResource OfPath(string path)
    {
        NeedLinux();
        return PosixResources.OfPath(path, OpenIpc.All, new ResourceHolders())
            ?? throw (Path.Exists(path)
                ? new SocketCallException("stat", Errno.EINVAL, path, "It is neither a FIFO nor a socket") { Advice = "Other files are for Get-Item." }
                : new SocketCallException("stat", Errno.ENOENT, path) { Advice = "Check the path." });
    }

    /// <summary>A resource of POSIX by its name, listed or not, to be removed.</summary>
    internal static IpcResource ByName(IpcResourceKind kind, string name) => new(kind, IpcResourceInterface.Posix, name, new ResourceHolders());

    internal static void NeedLinux() => IpcPlatform.NeedLinux("ipcs", null, "a list of IPC resources");
}
