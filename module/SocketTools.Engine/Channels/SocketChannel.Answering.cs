using System.IO;
using System.Net;
using System.Net.Sockets;

namespace SocketTools;

public sealed partial class SocketChannel
{
    internal void Answer(SocketDatagram datagram, byte[] data, SocketWait wait)
    {
        if (datagram.RemoteEndPoint is null && SocketType == SocketType.Dgram)
        {
            throw new SocketCallException("sendto", Errno.EDESTADDRREQ, ToTarget(), "The sender of the datagram has no address, so it cannot be answered")
            {
                Advice = "The sender must bind its socket to a path of its own first (Set-SocketAddress).",
            };
        }

        // The sender's socket may be connected to the address it wrote to; an answer from another one would be dropped there.
        bool anywhere = LocalEndPoint is IPEndPoint { Address: var local } && (local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any));
        IPAddress? source = anywhere && datagram.Destination is { IsIPv6Multicast: false } destination && !IsGroup(destination) ? destination : null;
        EndPoint? to = SocketType == SocketType.Dgram ? AnswerAddress(datagram.RemoteEndPoint!) : null;
        try
        {
            SendDatagram(data, to, source, wait);
        }
        catch (SocketCallException e) when (e.Errno is Errno.EINVAL or Errno.ENETUNREACH or Errno.EADDRNOTAVAIL && source is not null)
        {
            SendDatagram(data, to, null, wait); // A broadcast address, which no answer can come from. Which error it is depends on the kernel.
        }
    }

    /// <summary>Where an answer goes. The relative path of a Unix socket begins where this socket's own path does, or where it is said; the kernel would begin in the directory of the process.</summary>
    internal EndPoint AnswerAddress(EndPoint sender, string? from = null) =>
        sender is UnixDomainSocketEndPoint && sender.ToString() is { Length: > 0 } path && path[0] is not ('/' or '@') && (from ?? Endpoint?.Directory) is { } directory
            ? new RelativeUnixEndPoint(path, directory, Path.GetFullPath(path, directory))
            : sender;

    // What to give to the kernel for an address that a person sees: on an IPv6 socket an IPv4 address is written in IPv6.
    private EndPoint? Destination(EndPoint? to)
    {
        if (to is null)
        {
            return null;
        }

        if (SocketType != SocketType.Dgram)
        {
            throw new SocketCallException("sendto", _connected ? Errno.EISCONN : Errno.ENOTCONN, to, $"A {Protocol} socket has one peer, which it is connected to") { Advice = "-To is for datagram sockets." };
        }

        if (to is IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip && AddressFamily == AddressFamily.InterNetworkV6)
        {
            return new IPEndPoint(ip.Address.MapToIPv6(), ip.Port);
        }

        return to.AddressFamily == AddressFamily ? to : throw new SocketCallException("sendto", Errno.EAFNOSUPPORT, to, $"The socket is {SocketNames.Of(AddressFamily)}, and the address is not");
    }

    private static bool IsGroup(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] >= 224);
}
