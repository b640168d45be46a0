using System;
using System.Net.Sockets;

namespace SocketTools.Calls;

/// <summary>What to wait for on a socket, and what came.</summary>
[Flags]
internal enum PollEvents
{
    None = 0,
    Read = 1,
    Write = 2,
    Error = 4,
    /// <summary>Urgent data of TCP (POLLPRI).</summary>
    Priority = 8,
}

/// <summary>One socket in a wait.</summary>
internal struct PollTarget(SafeSocketHandle handle, PollEvents events)
{
    public readonly SafeSocketHandle Handle = handle;
    public readonly PollEvents Events = events;

    /// <summary>Filled by the wait. An error or a hang-up counts as whatever was asked for, so that the next call reports it.</summary>
    public PollEvents Ready;
}
