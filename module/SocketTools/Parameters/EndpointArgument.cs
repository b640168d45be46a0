using System;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>
/// Whatever a person gives for an endpoint: text, a Uri, an address of .NET, a channel or a listener. Binding never fails; what is
/// no endpoint is EINVAL when the cmdlet runs.
/// </summary>
public sealed class EndpointArgument
{
    /// <summary>Keeps what was given.</summary>
    public EndpointArgument(object value) => Value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>What was given.</summary>
    public object Value { get; }

    /// <inheritdoc/>
    public override string? ToString() => Value.ToString();

    /// <summary>The address of a destination on an open channel: that of an address of .NET or of a datagram's sender as it is, else the endpoint's.</summary>
    internal EndPoint ToDestination(SocketChannel channel, string directory, SocketWait wait) => Value switch
    {
        IPEndPoint address => address,
        UnixDomainSocketEndPoint address => channel.AnswerAddress(address, directory),
        SocketDatagram { RemoteEndPoint: { } sender } => channel.AnswerAddress(sender),
        SocketDatagram => throw new SocketCallException("sendto", Errno.EDESTADDRREQ, Value, "The sender of the datagram has no address, so it cannot be answered"),
        _ => channel.ToDestination(ToEndpoint(), directory, wait),
    };

    /// <summary>The one address that the kernel would be given: of a channel its own or its peer's, of a host the first that connect would try, of no host or <c>*</c> what bind would take.</summary>
    internal EndPoint ToAddress(bool remote, string directory, SocketWait wait)
    {
        switch (Value)
        {
            case IPEndPoint or UnixDomainSocketEndPoint:
                return (EndPoint)Value;
            case SocketAddressStructure structure:
                return structure.ToEndPoint() ?? throw new SocketCallException("sockaddr", Errno.EAFNOSUPPORT, structure, $"A {structure.Name} is only read, or it has no name");
            case Socket socket when (remote ? socket.RemoteEndPoint : socket.LocalEndPoint) is { } address:
                return address;
            case SocketChannel or SocketListener:
                SocketChannel channel = Value as SocketChannel ?? ((SocketListener)Value).Channel;
                channel.CheckOpen(remote ? "getpeername" : "getsockname");
                return channel.KernelAddress(remote) ?? throw new SocketCallException(
                    remote ? "getpeername" : "getsockname", remote ? Errno.ENOTCONN : Errno.EINVAL, Value, remote ? "The channel has no peer" : "The channel has no address yet")
                {
                    Advice = remote ? "Connect it first." : "Bind or connect it first.",
                };
        }

        SocketEndpoint endpoint = ToEndpoint();
        return endpoint.IsUnix ? UnixPath.ToAddress(endpoint, directory, "sockaddr")
            : endpoint.Host is "" or "*" ? EndpointResolver.ToBind(endpoint, wait)
            : EndpointResolver.ToConnect(endpoint, wait)[0];
    }

    /// <summary>The endpoint, or for a text without a port the host, at port 0.</summary>
    internal SocketEndpoint ToEndpointOrHost()
    {
        try
        {
            return Value is IPAddress address ? SocketEndpoint.ParseHost(address.ToString()) : ToEndpoint();
        }
        catch (SocketEndpointFormatException e) when (e.Errno == Errno.EINVAL && SocketEndpoint.TryParseHost(e.Text, out SocketEndpoint? host))
        {
            return host!;
        }
    }

    internal SocketEndpoint ToEndpoint() => Value switch
    {
        SocketEndpoint endpoint => endpoint,
        string text => SocketEndpoint.Parse(text),
        Uri uri => SocketEndpoint.Parse(uri.OriginalString.TrimEnd('/')),
        SocketChannel { Endpoint: { } endpoint } => endpoint,
        SocketListener { Endpoint: { } endpoint } => endpoint,
        SocketAddressInfo address => address.Endpoint,
        SocketChannel channel => throw new SocketCallException("endpoint", Errno.EINVAL, channel, "The channel has no address yet")
        {
            Advice = "Bind or connect it first, or write the endpoint.",
        },
        SocketDatagram { RemoteEndPoint: { } sender } when SocketEndpoint.From(sender, SocketType.Dgram) is { } endpoint => endpoint,
        Socket socket when SocketEndpoint.From(socket.RemoteEndPoint ?? socket.LocalEndPoint, socket.SocketType) is { } endpoint => endpoint,
        TcpListener { LocalEndpoint: var local } when SocketEndpoint.From(local) is { } endpoint => endpoint,
        SocketAddressStructure { Endpoint: { } endpoint } => endpoint,
        EndPoint address when SocketEndpoint.From(address) is { } endpoint => endpoint,
        _ => throw new SocketCallException("endpoint", Errno.EINVAL, Value, $"A {Value.GetType().Name} is no endpoint")
        {
            Advice = "Give text such as tcp://host:port or unix:path, a Uri, an IPEndPoint, a channel or a listener.",
        },
    };
}
