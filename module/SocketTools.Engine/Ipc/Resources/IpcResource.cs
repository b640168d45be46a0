using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>Something by which processes talk, as the system has it at one moment.</summary>
[Formatting.TypeFormatterSource]
public sealed class IpcResource
{
    private readonly ResourceHolders _holders;

    internal IpcResource(IpcResourceKind kind, IpcResourceInterface api, string name, ResourceHolders holders)
    {
        Kind = kind;
        Interface = api;
        Name = name;
        _holders = holders;
    }

    /// <summary>What it is.</summary>
    public IpcResourceKind Kind { get; }

    /// <summary>POSIX or System V.</summary>
    public IpcResourceInterface Interface { get; }

    /// <summary>The name of POSIX (/lock), the path of a file, or the key of System V in hexadecimal; 0x00000000 is IPC_PRIVATE, which many may have.</summary>
    public string Name { get; }

    /// <summary>The identifier of System V, which shmat(2), semop(2) and msgsnd(2) take. Null for POSIX.</summary>
    public int? Id { get; internal init; }

    /// <summary>The owner by number. Null for a thing of this session alone.</summary>
    public uint? UserId { get; internal init; }

    /// <summary>The owner's name, or the number where there is none.</summary>
    public string? Owner => UserId is { } id ? UserNames.Find(id) ?? id.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>The group by number.</summary>
    public uint? GroupId { get; internal init; }

    /// <summary>Who may read and write it, as chmod(1) writes it: 0600. Null for a thing of this session alone.</summary>
    public string? Mode { get; internal init; }

    /// <summary>Bytes: of shared memory its length; of a queue those of the messages in it. Null where it has none.</summary>
    public long? Size { get; internal init; }

    /// <summary>Messages in a queue; null where this process may not look.</summary>
    public int? Messages { get; internal init; }

    /// <summary>Messages that a POSIX queue holds at most; null where this process may not look.</summary>
    public int? MaximumMessages { get; internal init; }

    /// <summary>Bytes that a message of a POSIX queue may have; null where this process may not look.</summary>
    public int? MessageSize { get; internal init; }

    /// <summary>The count of a POSIX semaphore; null where this process may not look.</summary>
    public int? Value { get; internal init; }

    /// <summary>Semaphores in a set of System V.</summary>
    public int? Count { get; internal init; }

    /// <summary>How often a segment of System V is attached.</summary>
    public int? Attached { get; internal init; }

    /// <summary>True for a segment of System V that was removed, and goes when the last process detaches it.</summary>
    public bool RemovalPending { get; internal init; }

    /// <summary>How long it lives.</summary>
    public IpcLifetime Lifetime { get; internal init; } = IpcLifetime.Kernel;

    /// <summary>The process that made it, where the system keeps that: segments of System V, and what this session made.</summary>
    public int? CreatorProcessId { get; internal init; }

    /// <summary>The process that used it last: attached or detached a segment, sent or received last, changed a semaphore. It may have ended. Null where the system does not say.</summary>
    public int? LastProcessId { get; internal init; }

    /// <summary>When it last changed; null where the system does not say.</summary>
    public DateTimeOffset? ChangedAt { get; internal init; }

    /// <summary>Whether an object of this session made it and is still open.</summary>
    public bool IsOwn => OwnObject is not null;

    /// <summary>
    /// The processes that have it open, as far as /proc tells this user: those that have mapped it, or hold a descriptor of it. Looked for once for a whole
    /// list, when it is first read. Null where nothing can tell, as for semaphores and queues of System V, which no process has open.
    /// </summary>
    public IReadOnlyList<int>? OpenedBy => OwnObject is not null && HolderKey is null && Interface == IpcResourceInterface.Posix ? new[] { Environment.ProcessId }
        : HolderKey is { } key ? _holders.Find(key)
        : null;

    internal HolderKey? HolderKey { get; init; }

    /// <summary>The open object of this session that made it.</summary>
    internal IDisposable? OwnObject { get; init; }

    /// <summary>The name that sem_open(3) takes; null for what is no POSIX semaphore.</summary>
    internal string? SemaphoreName => this is { Kind: IpcResourceKind.Semaphore, Interface: IpcResourceInterface.Posix, Lifetime: IpcLifetime.Kernel } ? Name : null;

    /// <summary>Removes it. Who has it open goes on with it, but for queues and semaphores of System V.</summary>
    /// <param name="trace">Sees the system call.</param>
    /// <exception cref="SocketCallException">ENOENT, EINVAL or EIDRM: it is gone. EACCES, EPERM: it is another user's.</exception>
    public void Remove(SystemCallTrace? trace = null) => ResourceRemoval.Remove(this, trace);

    /// <inheritdoc/>
    public override string ToString() => Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"{Kind} {Name} ({id})") : $"{Kind} {Name}";
}
