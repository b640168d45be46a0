using System;
using System.Linq;
using SocketTools;
using SocketTools.Calls;

namespace SocketTools.Tests.Waiting;

/// <summary>Pairs of connected channels: the near ends are waited for, the far ends make them ready.</summary>
internal sealed class ReadinessPairs : IDisposable
{
    private readonly SocketListener? _listener;

    public ReadinessPairs(int count)
    {
        Near = new SocketChannel[count];
        Far = new SocketChannel[count];
        if (!CallsInUse.AreLibc)
        {
            _listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        }

        for (int i = 0; i < count; i++)
        {
            // .NET has no socketpair(2).
            (Near[i], Far[i]) = _listener is null
                ? SocketChannel.CreatePair(System.Net.Sockets.SocketType.Stream)
                : (SocketConnector.Connect(_listener.Endpoint!, "/", Within.Ten), _listener.Accept(Within.Ten));
        }
    }

    public SocketChannel[] Near { get; }

    public SocketChannel[] Far { get; }

    public WaitSet Set() => SetOf(Near);

    public static WaitSet SetOf(SocketChannel[] channels) =>
        new(channels.ToArray<object>(), channels.Select(static c => new WaitItem(c, c)).ToArray());

    public void Dispose()
    {
        Array.ForEach(Near, static c => c.Dispose());
        Array.ForEach(Far, static c => c.Dispose());
        _listener?.Dispose();
    }
}
