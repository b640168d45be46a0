using System;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class ProbePayloadTests
{
    [Fact]
    public void A_name_server_is_asked_for_the_servers_of_the_root()
    {
        byte[] query = ProbePayload.For(53);
        Assert.Equal(17, query.Length);
        Assert.Equal(0, query[2] & 0x80); // a query, not an answer
        Assert.Equal("0001" + "000000000000" + "00" + "0002" + "0001", Convert.ToHexString(query.AsSpan(4))); // one question: the root, NS, IN
    }

    [Fact]
    public void A_time_server_is_asked_as_by_a_client()
    {
        byte[] request = ProbePayload.For(123);
        Assert.Equal(48, request.Length);
        Assert.Equal((4, 3), ((request[0] >> 3) & 7, request[0] & 7)); // version 4, mode client
    }

    [Fact]
    public void Others_get_an_empty_datagram() => Assert.Empty(ProbePayload.For(5353));

    [Fact]
    public void The_payload_is_what_is_sent()
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SocketEndpoint endpoint = SocketEndpoint.Parse($"udp://{server.LocalEndPoint}");
        using PortProber prober = new(1, SocketWait.Seconds(0.05));
        Assert.Equal(SocketPortStatus.Unknown, Assert.Single(prober.Run([new PortAttempt(endpoint, [server.LocalEndPoint!], ProbePayload.For(53))])).Status);

        byte[] received = new byte[100];
        Assert.Equal(ProbePayload.For(53), received[..server.Receive(received)]);
    }
}
