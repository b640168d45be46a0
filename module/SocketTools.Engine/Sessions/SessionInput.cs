using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;

namespace SocketTools.Sessions;

/// <summary>Where the lines of a session come from. Used by one thread.</summary>
internal abstract class SessionInput : IDisposable
{
    /// <summary>What poll(2) tells about; null where <see cref="Signal"/> does.</summary>
    public virtual SafeSocketHandle? Handle => null;

    /// <summary>Fires when there is something to read.</summary>
    public virtual CancellationToken Signal => default;

    /// <summary>True for a keyboard: behind an end of input there may be another one.</summary>
    public virtual bool IsTerminal => false;

    /// <summary>Takes the lines that are there, without their ends, without waiting.</summary>
    /// <returns>False at the end of the input.</returns>
    public abstract bool Read(List<string> lines);

    public abstract void Dispose();
}
