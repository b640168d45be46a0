using System.Net;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>
/// A relative Unix path and the directory that it starts from, where that is not the directory of the process. sun_path holds the path as
/// written; so the call has to be made in that directory.
/// </summary>
internal sealed class RelativeUnixEndPoint(string path, string directory, string fullPath) : EndPoint
{
    private readonly UnixDomainSocketEndPoint _written = new(path);

    public string Directory => directory;

    public string FullPath => fullPath;

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    public override SocketAddress Serialize() => _written.Serialize();

    public override EndPoint Create(SocketAddress socketAddress) => _written.Create(socketAddress);

    public override string ToString() => path;
}
