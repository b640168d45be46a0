using System;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Ipc;

/// <summary>What this session has made and not yet closed.</summary>
internal static class OwnResources
{
    /// <summary>The object that made a thing of a name.</summary>
    public static IDisposable? Find(IEnumerable<IDisposable> own, IpcResourceKind kind, string name) =>
        own.FirstOrDefault(o => Describe(o) is { } d && d.Kind == kind && d.Name == name && d.Id is null);

    /// <summary>The object that made a thing of System V.</summary>
    public static IDisposable? Find(IEnumerable<IDisposable> own, IpcResourceKind kind, int id) =>
        own.FirstOrDefault(o => Describe(o) is { } d && d.Kind == kind && d.Id == id);

    /// <summary>What lives no longer than its process: pipes, semaphores without a name, and FIFOs by their paths.</summary>
    public static IEnumerable<IpcResource> Unlisted(IEnumerable<IDisposable> own, ResourceHolders holders)
    {
        foreach (IDisposable open in own)
        {
            if (Describe(open) is not { } description)
            {
                continue;
            }

            if (description is { Kind: IpcResourceKind.Fifo, Name: { } path })
            {
                if (PosixResources.OfPath(path, own, holders) is { } fifo)
                {
                    yield return fifo;
                }
            }
            else if (description.Name is null && description.Id is null)
            {
                yield return new IpcResource(description.Kind, IpcResourceInterface.Posix, open.ToString() ?? "", holders)
                {
                    Lifetime = IpcLifetime.Process,
                    CreatorProcessId = Environment.ProcessId,
                    Value = (open as IpcSemaphore)?.Value,
                    OwnObject = open,
                };
            }
        }
    }

    private static Description? Describe(IDisposable open) => open switch
    {
        IpcSemaphore { IsOwner: true } semaphore => new(IpcResourceKind.Semaphore, semaphore.Name),
        IpcPosixQueue { IsOwner: true } queue => new(IpcResourceKind.MessageQueue, queue.Name),
        IpcSystemVQueue { IsOwner: true } queue => new(IpcResourceKind.MessageQueue, null, queue.Identifier),
        IpcSharedMemory { IsOwner: true } memory => new(IpcResourceKind.SharedMemory, memory.Name),
        IpcRingChannel { IsOwner: true } ring => new(IpcResourceKind.SharedMemory, ring.Name),
        IpcFifo fifo => new(IpcResourceKind.Fifo, fifo.Path),
        IpcChannel { Mechanism: IpcMechanism.Pipe, Name: null } => new(IpcResourceKind.Pipe, null),
        IpcChannel { Mechanism: IpcMechanism.EventFd, Name: null } => new(IpcResourceKind.EventFd, null),
        _ => null,
    };

    private sealed record Description(IpcResourceKind Kind, string? Name, int? Id = null);
}
