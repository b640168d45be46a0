using System.Net;
using System.Net.Sockets;

namespace SocketTools.Tests;

/// <summary>An address whose file .NET does not remove when it closes the socket, as C programs do not.</summary>
internal sealed class UnixSocketFile(string path) : EndPoint
{
    private readonly UnixDomainSocketEndPoint _address = new(path);

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    public override SocketAddress Serialize() => _address.Serialize();

    public override EndPoint Create(SocketAddress socketAddress) => _address.Create(socketAddress);

    /// <summary>Leaves a socket file behind that nobody listens at.</summary>
    public static void LeaveStale(string path, SocketType type = SocketType.Stream)
    {
        using Socket socket = new(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixSocketFile(path));
    }
}
