using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using SocketTools;

namespace SocketTools.Tests.Inspection;

/// <summary>What the tests of probes share.</summary>
internal static class Probing
{
    public static PortAttempt Attempt(string text)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);
        return new PortAttempt(endpoint, endpoint.IsUnix ? [UnixPath.ToAddress(endpoint, "/", "connect")] : [.. EndpointResolver.ToConnect(endpoint, Within.Ten)], []);
    }

    public static List<SocketPortProbe> Run(params PortAttempt[] attempts) => Run(10, attempts);

    public static List<SocketPortProbe> Run(double seconds, params PortAttempt[] attempts)
    {
        using PortProber prober = new(256, SocketWait.Seconds(seconds));
        return [.. prober.Run(attempts)];
    }

    public static Socket DatagramSocket()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    public static IPEndPoint Address(string text) => new(IPAddress.Parse(text), 0);

    public static SocketListener Listener(string text) => SocketListener.Start(SocketEndpoint.Parse(text), "/", 128, BindOptions.Default, Within.Ten);

    public static Socket Refusing(AddressFamily family, SocketType type)
    {
        Socket socket = new(family, type, ProtocolType.Unspecified);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
