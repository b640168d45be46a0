using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SocketTools.Ipc;

/// <summary>What has a name of POSIX: files in /dev/shm for memory and semaphores, those of the mqueue file system, FIFOs and sockets by their paths.</summary>
internal static class PosixResources
{
    private const string Prefix = "sem.";
    private const string Memory = "/dev/shm";

    public static IEnumerable<IpcResource> InMemory(ResourceHolders holders, IReadOnlyList<IDisposable> own)
    {
        foreach (string path in Files(Memory))
        {
            if (IpcFileStatus.Of(path) is not { IsFile: true } status)
            {
                continue;
            }

            string file = Path.GetFileName(path);
            bool semaphore = file.StartsWith(Prefix, StringComparison.Ordinal) && file.Length > Prefix.Length && status.Size == SafeSemaphore.Size;
            string name = semaphore ? $"/{file[Prefix.Length..]}" : $"/{file}";
            IpcResourceKind kind = semaphore ? IpcResourceKind.Semaphore : IpcResourceKind.SharedMemory;
            IDisposable? made = OwnResources.Find(own, kind, name);
            yield return new IpcResource(kind, IpcResourceInterface.Posix, name, holders)
            {
                UserId = status.UserId,
                GroupId = status.GroupId,
                Mode = SystemVTable.Octal(status.Mode & 0xFFF),
                Size = semaphore ? null : status.Size,
                Value = semaphore ? ValueOf(name) : null,
                CreatorProcessId = made is null ? null : Environment.ProcessId,
                ChangedAt = status.ModifiedAt,
                HolderKey = HolderKey.Of(status),
                OwnObject = made,
            };
        }
    }

    public static IEnumerable<IpcResource> Queues(QueueDirectory directory, ResourceHolders holders, IReadOnlyList<IDisposable> own)
    {
        foreach (string path in Files(directory.Path))
        {
            if (IpcFileStatus.Of(path) is not { } status)
            {
                continue;
            }

            string name = $"/{Path.GetFileName(path)}";
            IDisposable? made = OwnResources.Find(own, IpcResourceKind.MessageQueue, name);
            QueueState? state = QueueState.Read(name);
            yield return new IpcResource(IpcResourceKind.MessageQueue, IpcResourceInterface.Posix, name, holders)
            {
                UserId = status.UserId,
                GroupId = status.GroupId,
                Mode = SystemVTable.Octal(status.Mode & 0xFFF),
                Size = QueueDirectory.Bytes(path),
                Messages = state?.Messages,
                MaximumMessages = state?.MaximumMessages,
                MessageSize = state?.MessageSize,
                CreatorProcessId = made is null ? null : Environment.ProcessId,
                ChangedAt = status.ModifiedAt,
                HolderKey = HolderKey.Of(status),
                OwnObject = made,
            };
        }
    }

    /// <summary>A FIFO or the file of a Unix socket; null where there is neither.</summary>
    public static IpcResource? OfPath(string path, IEnumerable<IDisposable> own, ResourceHolders holders)
    {
        if (IpcFileStatus.Of(path) is not { } status || !(status.IsFifo || status.IsSocket))
        {
            return null;
        }

        IDisposable? made = status.IsFifo ? OwnResources.Find(own, IpcResourceKind.Fifo, path) : null;
        return new IpcResource(status.IsFifo ? IpcResourceKind.Fifo : IpcResourceKind.Socket, IpcResourceInterface.Posix, path, holders)
        {
            UserId = status.UserId,
            GroupId = status.GroupId,
            Mode = SystemVTable.Octal(status.Mode & 0xFFF),
            Lifetime = IpcLifetime.FileSystem,
            CreatorProcessId = made is null ? null : Environment.ProcessId,
            ChangedAt = status.ModifiedAt,

            // Of a socket it is not the file that is open; Get-SocketConnection tells who has it.
            HolderKey = status.IsFifo ? HolderKey.Of(status) : null,
            OwnObject = made,
        };
    }

    private static string[] Files(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // Opened and closed again: only the C library knows its layout.
    private static int? ValueOf(string name)
    {
        using SafeSemaphore? semaphore = SafeSemaphore.Open(name, create: false, 0, null, out _);
        return semaphore?.Value();
    }
}
