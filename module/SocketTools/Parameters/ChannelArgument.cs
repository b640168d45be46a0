using System.Management.Automation;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>
/// Whatever a person gives for an open socket: a channel, a listener, a .NET socket or client, or an object that has one as its
/// property Channel. Binding never fails; what is no socket is ENOTSOCK when the cmdlet runs.
/// </summary>
public sealed class ChannelArgument
{
    /// <summary>Keeps what was given.</summary>
    public ChannelArgument(object value) => Value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>What was given.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string? ToString() => Value.ToString();

    internal SocketChannel ToChannel() => Find(Value) ?? throw new SocketCallException("socket", Errno.ENOTSOCK, Value);

    internal SocketListener ToListener() => Value as SocketListener ?? SocketListener.Of(ToChannel());

    // A client that was disposed of has no socket any more.
    private static SocketCallException Closed(object client) => new("fcntl", Errno.EBADF, client);

    private static SocketChannel? Find(object? value) => value switch
    {
        SocketChannel channel => channel,
        SocketListener listener => listener.Channel,
        Socket socket => SocketChannel.From(socket),
        TcpClient client => SocketChannel.From(client.Client ?? throw Closed(client)),
        TcpListener listener => SocketChannel.From(listener.Server ?? throw Closed(listener)),
        UdpClient client => SocketChannel.From(client.Client ?? throw Closed(client)),
        null or string => null,
        _ => PSObject.AsPSObject(value).Properties["Channel"]?.Value is { } inner and not PSObject { BaseObject: PSCustomObject }
            ? Find(inner is PSObject wrapped ? wrapped.BaseObject : inner)
            : null,
    };
}
