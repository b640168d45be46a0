using System;

namespace SocketTools;

/// <summary>A signal that this process catches for as long as this is open.</summary>
/// <remarks>Made for PowerShell's events: it ends with the last handler of <see cref="Received"/>, or when it is disposed.</remarks>
public sealed class IpcSignalRegistration : IDisposable
{
    private readonly object _lock = new();
    private EventHandler<IpcSignal>? _received;
    private bool _open;

    /// <summary>Names a signal.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="keeps">Whether signals that come are kept for <see cref="IpcSignals.Wait"/>.</param>
    public IpcSignalRegistration(int number, bool keeps = false)
    {
        Number = number;
        Name = IpcSignalTable.Name(number);
        Keeps = keeps;
    }

    /// <summary>The signal's name.</summary>
    public string Name { get; }

    /// <summary>The signal's number.</summary>
    public int Number { get; }

    /// <summary>Whether signals that come are kept for <see cref="IpcSignals.Wait"/>.</summary>
    public bool Keeps { get; }

    /// <summary>How many came.</summary>
    public long Count { get; private set; }

    /// <summary>A signal came. Raised on a thread of the engine's own, one signal after another; what a handler throws is dropped.</summary>
    public event EventHandler<IpcSignal>? Received
    {
        add
        {
            lock (_lock)
            {
                _received += value;
            }
        }
        remove
        {
            lock (_lock)
            {
                _received -= value;
                if (_received is null)
                {
                    Close();
                }
            }
        }
    }

    /// <summary>Begins to catch the signal.</summary>
    /// <param name="trace">Sees the system calls.</param>
    /// <exception cref="SocketCallException">EINVAL: the signal cannot be caught. EOPNOTSUPP: Windows.</exception>
    public void Open(SystemCallTrace? trace = null)
    {
        lock (_lock)
        {
            if (!_open)
            {
                IpcSignals.Add(this, trace);
                _open = true;
            }
        }
    }

    /// <summary>Ends it: the signal does again what it did before.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _received = null;
            Close();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void Raise(IpcSignal signal)
    {
        Count++;
        try
        {
            _received?.Invoke(this, signal);
        }
#pragma warning disable CA1031 // The thread that takes the signals of the whole process must go on.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private void Close()
    {
        if (_open)
        {
            _open = false;
            IpcSignals.Remove(this);
        }
    }
}
