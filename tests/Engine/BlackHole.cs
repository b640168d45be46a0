using System;
using System.Collections.Generic;
using System.Net;

namespace SocketTools.Tests;

/// <summary>A listener with a full backlog: a further connect gets no answer.</summary>
internal sealed class BlackHole : IDisposable
{
    private readonly SocketListener _listener;
    private readonly List<SocketChannel> _queued = [];

    /// <summary>Over TCP at an address of the loopback, or over the endpoint given.</summary>
    public BlackHole(string endpoint = "tcp://127.0.0.1:0")
    {
        _listener = SocketListener.Start(SocketEndpoint.Parse(endpoint), "/", 0, BindOptions.Default, Within.Ten);
        try
        {
            // The kernel takes one or two more than the backlog.
            for (int i = 0; i < 10; i++)
            {
                _queued.Add(SocketConnector.Connect(Endpoint, "/", SocketWait.Seconds(0.05)));
            }
        }
        catch (SocketCallException e) when (e.Errno == Errno.ETIMEDOUT)
        {
            return;
        }

        throw new InvalidOperationException("The backlog did not fill.");
    }

    public SocketEndpoint Endpoint => _listener.Endpoint!;

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Takes the waiting connections out, so that there is room again.</summary>
    public void MakeRoom()
    {
        foreach (SocketChannel _ in _queued)
        {
            _listener.Accept(Within.Ten).Dispose();
        }
    }

    /// <summary>Stops listening: from here on the address refuses.</summary>
    public void Refuse() => _listener.Stop();

    public void Dispose()
    {
        _queued.ForEach(static c => c.Dispose());
        _listener.Dispose();
    }
}
