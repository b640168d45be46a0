using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketTools.Tests.Datagrams;

/// <summary>What a pair of datagram sockets runs over.</summary>
public enum DatagramTransport
{
    Udp4,
    Udp6,
    Unixgram,
}

/// <summary>Two datagram sockets: one that receives, and one that is bound to an address of its own and connected to the first.</summary>
internal sealed class DatagramPair : IDisposable
{
    private readonly TemporaryDirectory? _directory;

    public DatagramPair(DatagramTransport transport)
    {
        _directory = transport == DatagramTransport.Unixgram ? new TemporaryDirectory() : null;
        Receiver = Bound(Address("receiver"));
        Sender = Bound(Address("sender"));
        Sender.Connect(Receiver.Endpoint!, "/", Within.Ten);

        string Address(string name) => transport switch
        {
            DatagramTransport.Udp4 => "udp://127.0.0.1:0",
            DatagramTransport.Udp6 => "udp6://[::1]:0",
            _ => $"unixgram:{_directory!.File(name)}",
        };
    }

    public SocketChannel Receiver { get; }

    public SocketChannel Sender { get; }

    /// <summary>A socket bound to an endpoint.</summary>
    public static SocketChannel Bound(string endpoint)
    {
        SocketEndpoint parsed = SocketEndpoint.Parse(endpoint);
        AddressFamily family = parsed.IsUnix ? AddressFamily.Unix : endpoint.StartsWith("udp6", StringComparison.Ordinal) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        SocketChannel channel = Made(family);
        channel.Bind(parsed, "/", BindOptions.Default, Within.Ten);
        return channel;
    }

    /// <summary>A socket without an address.</summary>
    public static SocketChannel Made(AddressFamily family) => SocketChannel.Create(family, SocketType.Dgram, ProtocolType.Unspecified);

    /// <summary>An IPv6 socket bound to a port of every address, IPv4 too.</summary>
    public static SocketChannel Dual()
    {
        SocketChannel channel = Made(AddressFamily.InterNetworkV6);
        channel.Bind(SocketEndpoint.Parse("udp://*:0"), "/", BindOptions.Default, Within.Ten);
        return channel;
    }

    /// <summary>The option of that name that a datagram socket of the channel's family has.</summary>
    public static void Set(SocketChannel channel, string option, object value) =>
        channel.SetOption(SocketOptionTable.Rows.First(r => r.Option == option && r.Applies(channel.AddressFamily, SocketType.Dgram)), value);

    /// <summary>A socket connected to an endpoint.</summary>
    public static SocketChannel Connected(SocketEndpoint endpoint) => SocketConnector.Connect(endpoint, "/", Within.Ten);

    /// <summary>A bound UDP socket that takes nothing from strangers: it is connected to somebody else, so that they are refused, and nobody else can take its port.</summary>
    public static SocketChannel Refusing(string endpoint = "udp://127.0.0.1:0")
    {
        SocketChannel channel = Bound(endpoint);
        channel.Connect(channel.Endpoint!, "/", Within.Ten);
        return channel;
    }

    public static SocketDatagram Receive(SocketChannel channel, int maximum = 65536) => channel.ReceiveDatagram(maximum, Encoding.UTF8, Within.Ten)!;

    public static SocketDatagram Peek(SocketChannel channel) => channel.ReceiveDatagram(65536, Encoding.UTF8, Within.Ten, peek: true)!;

    /// <summary>Nothing is there.</summary>
    public static void HasNothing(SocketChannel channel) => Fails.With(Errno.EWOULDBLOCK, () => channel.ReceiveDatagram(65536, Encoding.UTF8, SocketWait.Never));

    public static void Send(SocketChannel channel, string text, EndPoint? to = null) => channel.SendDatagram(Encoding.UTF8.GetBytes(text), to, Within.Ten);

    public SocketDatagram Receive(int maximum = 65536) => Receive(Receiver, maximum);

    public void Send(string text) => Send(Sender, text);

    public void Dispose()
    {
        Receiver.Dispose();
        Sender.Dispose();
        _directory?.Dispose();
    }
}
