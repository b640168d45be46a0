using System;
using System.Globalization;
using System.IO;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>Removing things by the call that belongs to each.</summary>
internal static unsafe class ResourceRemoval
{
    public static void Remove(IpcResource resource, SystemCallTrace? trace)
    {
        if (resource.Lifetime == IpcLifetime.Process)
        {
            resource.OwnObject?.Dispose();
            return;
        }

        (string call, string arguments, int result) = Call(resource);
        Errno errno = result == 0 ? Errno.None : LibcNumbers.LastErrno();
        trace?.Invoke(new(call, arguments, result, errno));
        if (errno != Errno.None)
        {
            throw Failure(resource, call, errno);
        }
    }

    private static (string Call, string Arguments, int Result) Call(IpcResource resource)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"{resource.Id}, IPC_RMID");
        string name = $"\"{resource.Name}\"";
        return (resource.Interface, resource.Kind) switch
        {
            (IpcResourceInterface.SystemV, IpcResourceKind.SharedMemory) => ("shmctl", $"{id}, NULL", Libc.SharedMemoryControl(resource.Id ?? -1, IpcNumbers.IPC_RMID, null)),
            (IpcResourceInterface.SystemV, IpcResourceKind.Semaphore) => ("semctl", $"{resource.Id}, 0, IPC_RMID", Libc.SemaphoreSetControl(resource.Id ?? -1, 0, IpcNumbers.IPC_RMID, 0)),
            (IpcResourceInterface.SystemV, _) => ("msgctl", $"{id}, NULL", Libc.ControlQueue(resource.Id ?? -1, IpcNumbers.IPC_RMID, null)),
            (_, IpcResourceKind.SharedMemory) => ("shm_unlink", name, Librt.UnlinkMemory(resource.Name)),
            (_, IpcResourceKind.Semaphore) => ("sem_unlink", name, Librt.SemaphoreUnlink(resource.Name)),
            (_, IpcResourceKind.MessageQueue) => ("mq_unlink", name, Librt.UnlinkQueue(resource.Name)),
            _ => ("unlink", name, Libc.Unlink(resource.Name)),
        };
    }

    private static SocketCallException Failure(IpcResource resource, string call, Errno errno) => errno switch
    {
        Errno.ENOENT or Errno.EINVAL or Errno.EIDRM => new SocketCallException(call, errno, resource, "It is gone: somebody removed it since it was listed") { Advice = "List again with Get-IpcResource." },
        Errno.EACCES or Errno.EPERM => new SocketCallException(call, errno, resource, resource.Lifetime == IpcLifetime.FileSystem
            ? $"It belongs to {resource.Owner}, or its directory {Path.GetDirectoryName(resource.Name)} cannot be written by this user"
            : $"It belongs to {resource.Owner}") { Advice = "Run it as that user." },
        _ => new SocketCallException(call, errno, resource),
    };
}
