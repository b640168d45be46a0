using System;
using System.Collections.Generic;

namespace SocketTools.Commands;

/// <summary>A cmdlet that makes or opens what has to be closed. When its pipeline is stopped nobody has what it wrote: all of it is closed, and its names are removed.</summary>
public abstract class OpeningCommand : SocketCommand
{
    private readonly List<IDisposable> _opened = [];

    private protected void WriteIpc(IDisposable opened)
    {
        _opened.Add(opened);
        WriteOpened(opened);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Wait(0).Stop.IsCancellationRequested)
        {
            _opened.ForEach(static o => o.Dispose());
        }

        base.Dispose(disposing);
    }
}
