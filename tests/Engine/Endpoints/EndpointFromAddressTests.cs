using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class EndpointFromAddressTests
{
    public static TheoryData<EndPoint, SocketType, string> Addresses => new()
    {
        { new IPEndPoint(IPAddress.Loopback, 80), SocketType.Stream, "tcp://127.0.0.1:80" },
        { new IPEndPoint(IPAddress.IPv6Loopback, 80), SocketType.Stream, "tcp://[::1]:80" },
        { new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.1"), 80), SocketType.Stream, "tcp://10.0.0.1:80" },
        { new IPEndPoint(IPAddress.Parse("fe80::1%2"), 80), SocketType.Stream, "tcp://[fe80::1%2]:80" },
        { new IPEndPoint(IPAddress.Loopback, 53), SocketType.Dgram, "udp://127.0.0.1:53" },
        { new DnsEndPoint("localhost", 80), SocketType.Stream, "tcp://localhost:80" },
        { new UnixDomainSocketEndPoint("/run/a"), SocketType.Stream, "unix:/run/a" },
        { new UnixDomainSocketEndPoint("/run/a"), SocketType.Dgram, "unixgram:/run/a" },
        { new UnixDomainSocketEndPoint("/run/a"), SocketType.Seqpacket, "unixpacket:/run/a" },
        { new UnixDomainSocketEndPoint("\0name"), SocketType.Stream, "unix:@name" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void An_address_becomes_the_endpoint_that_names_it(EndPoint address, SocketType type, string text)
    {
        SocketEndpoint endpoint = SocketEndpoint.From(address, type)!;

        Assert.Equal(text, endpoint.ToString());
        Assert.Equal(endpoint, SocketEndpoint.Parse(text));
    }

    [Fact]
    public void An_address_without_a_name_is_no_endpoint()
    {
        EndPoint unnamed = new UnixDomainSocketEndPoint("/").Create(new SocketAddress(AddressFamily.Unix, 2));

        Assert.Null(SocketEndpoint.From(unnamed));
        Assert.Null(SocketEndpoint.From(null));
    }

    // A C program that binds with the size of all of sockaddr_un gets these, and its peer is told so (unix(7)).
    [Theory]
    [InlineData("\0name\0\0\0")]
    [InlineData("\0")]
    public void An_abstract_name_that_text_cannot_say_is_no_endpoint(string path) =>
        Assert.Null(SocketEndpoint.From(new UnixDomainSocketEndPoint(path)));
}
