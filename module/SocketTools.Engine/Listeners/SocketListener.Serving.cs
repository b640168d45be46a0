using System;
using System.Threading;

namespace SocketTools;

public sealed partial class SocketListener
{
    private readonly object _servingLock = new();
    private IListenerServer? _server;
    private IdleSweep? _sweep;

    /// <summary>True while something serves the connections in the background.</summary>
    public bool IsServing => _server is not null;

    /// <summary>Serves connections in the background with a service that is built in, until the listener is stopped.</summary>
    /// <exception cref="SocketCallException">EALREADY: something serves them already.</exception>
    public void Serve(BuiltInService service) =>
        Serve(ServesDatagrams ? new DatagramLoop(this, DatagramService.Create(service)) : new ServiceLoop(this, StreamService.Create(service)));

    /// <summary>Serves connections in the background, until the listener is stopped.</summary>
    internal void Serve(IListenerServer server)
    {
        lock (_servingLock)
        {
            _channel.CheckOpen("accept");
            if (_server is not null)
            {
                throw new SocketCallException("accept", Errno.EALREADY, _channel.ToTarget(), "The listener is served already");
            }

            _server = server;
            _sweep = Limits.IdleTimeout == Timeout.InfiniteTimeSpan ? null : new IdleSweep(this, Limits.IdleTimeout);
        }

        try
        {
            server.Start();
        }
        catch
        {
            lock (_servingLock)
            {
                _server = null;
                _sweep?.Dispose();
            }

            throw;
        }
    }

    /// <summary>Takes the listening socket for a loop that accepts by itself.</summary>
    /// <exception cref="SocketCallException">EBUSY: somebody accepts by hand at this moment.</exception>
    internal void AcquireForLoop()
    {
        if (!_channel.TryAcquire())
        {
            throw new SocketCallException("accept", Errno.EBUSY, _channel.ToTarget(), "Somebody accepts on the socket by hand") { Advice = "End that wait first." };
        }
    }

    // Runs once, when the listening descriptor is gone: nobody new can come in any more.
    private void StopServing()
    {
        IListenerServer? server;
        lock (_servingLock)
        {
            server = _server;
            _server = null;
            _sweep?.Dispose();
        }

        if (server is null)
        {
            return;
        }

        server.BeginStop();
        foreach (SocketChannel channel in Connections)
        {
            channel.Dispose();
        }

        server.EndStop();
    }
}
