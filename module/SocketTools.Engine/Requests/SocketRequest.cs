using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

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

    /// <summary>Bytes of the reply that are kept while the request still goes out; of a datagram, bytes at most.</summary>
    public int MaximumLength { get; init; } = DefaultMaximumLength;

    /// <summary>Where the connection records itself to; null for nowhere.</summary>
    public SocketRecording? Recording { get; init; }

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
        using SocketChannel channel = Recorded(() => SocketConnector.Connect(Endpoint, directory, wait));
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

    /// <summary>Sends one datagram, an empty one where there is no data, and receives the answers. Nothing stays open, however it ends.</summary>
    /// <param name="count">How many answers to wait for.</param>
    /// <param name="directory">Where a relative Unix path starts.</param>
    /// <param name="encoding">Of the answers' text.</param>
    /// <param name="wait">For each answer.</param>
    /// <param name="received">Takes each answer as it comes.</param>
    /// <exception cref="SocketCallException">EMSGSIZE: an answer is longer than <see cref="MaximumLength"/>. ECONNREFUSED: nobody is there. ETIMEDOUT.</exception>
    public void RunDatagrams(int count, string directory, Encoding encoding, SocketWait wait, Action<SocketDatagram> received)
    {
        ArgumentNullException.ThrowIfNull(received);
        using SocketChannel channel = Recorded(() => Open(Endpoint, directory, wait));
        channel.SendDatagram(Data.Span, null, wait);
        for (int i = 0; i < count; i++)
        {
            SocketDatagram datagram = channel.ReceiveDatagram(MaximumLength, encoding, wait)!;
            if (datagram.Truncated)
            {
                throw new SocketCallException("recvmsg", Errno.EMSGSIZE, Endpoint, $"The answer is longer than {MaximumLength} bytes");
            }

            received(datagram);
        }

        channel.Close(trace: wait.Trace);
    }

    private SocketChannel Recorded(Func<SocketChannel> connect) => Recording is null ? connect() : Recording.Connect(connect);

    /// <summary>A connection that can be answered on.</summary>
    internal static SocketChannel Open(SocketEndpoint endpoint, string directory, SocketWait wait) => endpoint.Scheme == EndpointScheme.UnixGram
        ? ConnectWithName(endpoint, directory, wait)
        : SocketConnector.Connect(endpoint, directory, wait);

    // Only a socket with a name can be answered (unix(7)): an abstract one where there are such, else a file, which goes when it is closed.
    private static SocketChannel ConnectWithName(SocketEndpoint endpoint, string directory, SocketWait wait)
    {
        string name = $"socket-request-{Guid.NewGuid():N}";
        SocketEndpoint own = SocketEndpoint.Parse($"unixgram:{(OperatingSystem.IsLinux() ? "@" : Path.GetTempPath())}{name}");
        SocketChannel channel = SocketChannel.Create(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified, wait.Trace);
        try
        {
            channel.Bind(own, directory, BindOptions.Default, wait);
            channel.Connect(endpoint, directory, wait);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
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
