using System;
using System.Threading;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private readonly CancellationTokenSource _closing = new();
    private int _closed;
    private SocketCallException? _closeReason;

    /// <summary>Raised once, when the descriptor has been closed.</summary>
    internal event Action<SocketChannel>? Closed;

    /// <summary>Closes (close(2)). Whoever waits on the channel gets EBADF. The peer reads to the end of what was sent.</summary>
    /// <param name="reset">Sends RST instead: the peer gets ECONNRESET, and what was not yet sent is dropped.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">EBADF: it was closed before.</exception>
    public void Close(bool reset = false, SystemCallTrace? trace = null)
    {
        if (!TryClose(reset, trace))
        {
            throw new SocketCallException("close", Errno.EBADF, ToTarget());
        }
    }

    /// <summary>Closes, if it was not closed before.</summary>
    public void Dispose() => TryClose(reset: false, trace: null);

    /// <summary>Fires when the channel is being closed, before the descriptor goes.</summary>
    internal CancellationToken Closing => _closing.Token;

    /// <summary>
    /// Takes both turns for good: from here on only the caller receives and sends, and <see cref="Close"/> waits until it gives them back
    /// with <see cref="Release"/>, which it must do when <see cref="Closing"/> fires. For loops that serve many channels without a lock for each call.
    /// </summary>
    /// <returns>False, and nothing taken, while somebody else receives or sends.</returns>
    internal bool TryAcquire()
    {
        if (!_receiveGate.Wait(0))
        {
            return false;
        }

        if (_sendGate.Wait(0))
        {
            return true;
        }

        _receiveGate.Release();
        return false;
    }

    /// <summary>Gives both turns back.</summary>
    internal void Release()
    {
        _receiveGate.Release();
        _sendGate.Release();
    }

    /// <summary>Closes and says why: whoever waits, and whoever comes later, gets this error in the place of EBADF.</summary>
    internal void Abandon(SocketCallException reason)
    {
        _closeReason = reason;
        Dispose();
    }

    internal void CheckOpen(string operation)
    {
        if (!IsOpen)
        {
            throw _closeReason is { } reason
                ? new SocketCallException(operation, reason.Errno, ToTarget(), reason.Detail) { Advice = reason.Advice }
                : new SocketCallException(operation, Errno.EBADF, ToTarget());
        }

        if (_foreign is not null && _handle.IsClosed)
        {
            _closed = 1; // Its owner closed it.
            throw new SocketCallException(operation, Errno.EBADF, ToTarget());
        }
    }

    private bool TryClose(bool reset, SystemCallTrace? trace)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0 || _handle.IsClosed)
        {
            return false;
        }

        OpenSockets.Remove(this);
        if (reset)
        {
            _calls.SetLingerZero(_handle, trace);
        }

        // Those who wait leave first: .NET sends RST when it closes a socket under a pending call, and the kernel would reuse the number.
        _closing.Cancel();
        ActiveWaits.ChannelClosed();
        bool receives = _receiveGate.Wait(TimeSpan.FromSeconds(1));
        bool sends = _sendGate.Wait(TimeSpan.FromSeconds(1));
        KeepTransfers();
        _recorder?.Closed(reset);
        if (_socket is { } socket)
        {
            socket.Dispose();
            trace?.Invoke(new("close", $"{Descriptor}", 0, Errno.None));
        }
        else
        {
            _calls.Close(_handle, trace);
        }

        // Nobody can receive any more what is here. Who has not left yet, because of a slow disk, is still at it.
        if (receives)
        {
            _buffer.Skip(_buffer.Count);
            DropReturned();
            _receiveGate.Release();
        }

        if (sends)
        {
            _sendGate.Release();
        }

        _file?.Remove(trace);
        Closed?.Invoke(this);
        return true;
    }
}
