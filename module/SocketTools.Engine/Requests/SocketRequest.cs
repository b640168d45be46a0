using System;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>One request and its reply over a connection of their own: connect, send, receive, close.</summary>
/// <param name="Endpoint">Where to connect to.</param>
/// <param name="Data">What to send; nothing, for servers that speak without being asked. The memory must stay as it is until the reply is there.</param>
public sealed record SocketRequest(SocketEndpoint Endpoint, ReadOnlyMemory<byte> Data)
{
    /// <summary>The limit of a reply when none is given: 16 MiB.</summary>
    public const int DefaultMaximumLength = 16 * 1024 * 1024;

    /// <summary>Whether the peer is told after the request that no more comes (SHUT_WR): many answer only then, and close.</summary>
    public bool HalfClose { get; init; } = true;

    /// <summary>Bytes of the reply that are kept while the request still goes out.</summary>
    public int MaximumLength { get; init; } = DefaultMaximumLength;

    /// <summary>Makes the request. Nothing stays open, however it ends.</summary>
    /// <param name="directory">Where a relative Unix path starts.</param>
    /// <param name="wait">For the connect, then the time without progress in either direction.</param>
    /// <param name="receive">Takes the reply from the channel, once the request is out.</param>
    /// <returns>What <paramref name="receive"/> returned.</returns>
    /// <exception cref="SocketConnectException">Nobody answers.</exception>
    /// <exception cref="SocketRequestException">It failed later; what had arrived is in the exception.</exception>
    public T Run<T>(string directory, SocketWait wait, Func<SocketChannel, T> receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        using SocketChannel channel = SocketConnector.Connect(Endpoint, directory, wait);
        try
        {
            channel.SendReceiving(Data.Span, MaximumLength, wait);
            if (HalfClose)
            {
                EndSending(channel, wait);
            }

            T reply = receive(channel);
            channel.Close(trace: wait.Trace);
            return reply;
        }
        catch (SocketCallException e)
        {
            byte[] received = channel.TakeAllBuffered();
            channel.Close(trace: wait.Trace);
            throw new SocketRequestException(e, Endpoint, received);
        }
    }

    // A peer that has closed hard leaves nothing to shut down. Why, and what it had said before, the receive tells.
    private static void EndSending(SocketChannel channel, SocketWait wait)
    {
        try
        {
            channel.Shutdown(SocketShutdown.Send, wait.Trace);
        }
        catch (SocketCallException e) when (e.Errno == Errno.ENOTCONN)
        {
        }
    }
}
