using System;

namespace SocketTools;

/// <summary>Runs handlers, one after another, on a thread that belongs to it. The engine does not know how: in PowerShell it is a runspace.</summary>
internal interface IHandlerWorker : IDisposable
{
    /// <summary>Takes work from the pool with <see cref="HandlerPool.Take"/> and runs it, until that gives null. Each work is told to <see cref="HandlerPool.Complete"/>.</summary>
    void Run(HandlerPool pool);

    /// <summary>Ends the handler that runs, unless it is one for a client that has gone; the worker takes more work. Called from another thread; it returns at once.</summary>
    void Interrupt()
    {
    }

    /// <summary>Ends a handler that runs. Called from another thread; it returns at once.</summary>
    void Stop();
}
