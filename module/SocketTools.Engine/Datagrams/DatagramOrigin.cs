using System.Net;
using System.Text;

namespace SocketTools;

/// <summary>What datagrams of one sender on one socket have in common. Immutable; many datagrams share one.</summary>
internal sealed class DatagramOrigin(SocketChannel channel, Encoding encoding, EndPoint? remote, IPAddress? destination, int interfaceIndex)
{
    public SocketChannel Channel => channel;

    public Encoding Encoding => encoding;

    public EndPoint? Remote => remote;

    public IPAddress? Destination => destination;

    public int Interface => interfaceIndex;

    /// <summary>This one, or a new one where something is not as it was.</summary>
    public DatagramOrigin With(SocketChannel channel, Encoding encoding, in Calls.DatagramArrival arrival) =>
        ReferenceEquals(arrival.Remote, Remote) && ReferenceEquals(arrival.Destination, Destination) && arrival.Interface == Interface && ReferenceEquals(channel, Channel) && ReferenceEquals(encoding, Encoding)
            ? this
            : new DatagramOrigin(channel, encoding, arrival.Remote, arrival.Destination, arrival.Interface);
}
