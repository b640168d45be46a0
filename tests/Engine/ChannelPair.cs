using System;
using System.Threading;

namespace SocketTools.Tests;

/// <summary>Two connected channels over a real listener, which is gone again.</summary>
internal sealed class ChannelPair : IDisposable
{
    private static int s_names;
    private readonly TemporaryDirectory? _directory;

    public ChannelPair(Transport transport = Transport.Tcp)
    {
        _directory = transport == Transport.Unix ? new TemporaryDirectory() : null;
        SocketEndpoint endpoint = transport switch
        {
            Transport.Tcp => SocketEndpoint.Parse("tcp://:0"),
            Transport.Unix => _directory!.Endpoint(),
            _ => AbstractName(),
        };
        using SocketListener listener = SocketListener.Start(endpoint, "/", 5, BindOptions.Default, Within.Ten);
        Client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        Server = listener.Accept(Within.Ten);
    }

    public SocketChannel Client { get; }

    public SocketChannel Server { get; }

    /// <summary>An abstract name that no other test has.</summary>
    public static SocketEndpoint AbstractName() =>
        SocketEndpoint.Parse($"unix:@socket-tools-{Environment.ProcessId}-{Interlocked.Increment(ref s_names)}");

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _directory?.Dispose();
    }
}
