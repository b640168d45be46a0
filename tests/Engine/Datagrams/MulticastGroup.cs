using System;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Tests.Datagrams;

/// <summary>A group on one interface, a bound receiver that is not in it, and a sender to it.</summary>
internal sealed class MulticastGroup : IDisposable
{
    private readonly string _interface;
    private readonly IPAddress _own;

    /// <summary>Makes both sockets.</summary>
    /// <param name="group">Its address.</param>
    /// <param name="interfaceName">Where the sender sends it.</param>
    /// <param name="own">An address of that interface.</param>
    public MulticastGroup(string group, string interfaceName, string own)
    {
        _interface = interfaceName;
        Address = IPAddress.Parse(group);
        _own = IPAddress.Parse(own);
        Receiver = DatagramPair.Bound(_own.AddressFamily == AddressFamily.InterNetwork ? "udp://*:0" : "udp6://*:0");

        // IP_MULTICAST_ALL and IPV6_MULTICAST_ALL: by default a socket also hears the groups that other sockets of the machine are in (ip(7)).
        bool ipv4 = Receiver.AddressFamily == AddressFamily.InterNetwork;
        Receiver.Socket.SetRawSocketOption(ipv4 ? 0 : 41, ipv4 ? 49 : 29, BitConverter.GetBytes(0));
        Sender = Source(own);
        To = new IPEndPoint(Address, ((IPEndPoint)Receiver.LocalEndPoint!).Port);
    }

    public IPAddress Address { get; }

    public IPEndPoint To { get; }

    public SocketChannel Receiver { get; }

    public SocketChannel Sender { get; }

    /// <summary>Another sender, from an address of this machine.</summary>
    public SocketChannel Source(string address)
    {
        SocketChannel sender = DatagramPair.Bound(address.Contains(':', StringComparison.Ordinal) ? $"udp6://[{address}]:0" : $"udp://{address}:0");
        DatagramPair.Set(sender, "MulticastInterface", _interface);
        return sender;
    }

    public void Join(IPAddress? source = null) => Receiver.SetMembership(Address, _interface, source, join: true);

    public void Leave(IPAddress? source = null) => Receiver.SetMembership(Address, _interface, source, join: false);

    public void Send(string text) => DatagramPair.Send(Sender, text, To);

    /// <summary>Sends to the receiver's own address: when that has come, nothing else comes any more.</summary>
    public void SendLast() => DatagramPair.Send(Sender, "last", new IPEndPoint(_own, To.Port));

    public void Dispose()
    {
        Receiver.Dispose();
        Sender.Dispose();
    }
}
