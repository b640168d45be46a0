using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class EndpointGrammarTests
{
    [Theory]
    [InlineData("tcp://example.org:80", EndpointScheme.Tcp, "example.org", 80, SocketType.Stream)]
    [InlineData("tcp4://127.0.0.1:80", EndpointScheme.Tcp4, "127.0.0.1", 80, SocketType.Stream)]
    [InlineData("tcp6://[::1]:80", EndpointScheme.Tcp6, "::1", 80, SocketType.Stream)]
    [InlineData("udp://127.0.0.1:53", EndpointScheme.Udp, "127.0.0.1", 53, SocketType.Dgram)]
    [InlineData("udp4://127.0.0.1:53", EndpointScheme.Udp4, "127.0.0.1", 53, SocketType.Dgram)]
    [InlineData("udp6://[::1]:53", EndpointScheme.Udp6, "::1", 53, SocketType.Dgram)]
    [InlineData("tls://example.org:443", EndpointScheme.Tls, "example.org", 443, SocketType.Stream)]
    public void Each_internet_scheme_is_taken_apart(string text, EndpointScheme scheme, string host, int port, SocketType type)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);

        Assert.Equal((scheme, host, port, type), (endpoint.Scheme, endpoint.Host, endpoint.Port, endpoint.SocketType));
        Assert.Equal((null, null, false, false), (endpoint.Service, endpoint.Path, endpoint.IsUnix, endpoint.IsAbstract));
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("unix:/run/a.sock", EndpointScheme.Unix, "/run/a.sock", SocketType.Stream)]
    [InlineData("unix:a.sock", EndpointScheme.Unix, "a.sock", SocketType.Stream)]
    [InlineData("unix:./a:b", EndpointScheme.Unix, "./a:b", SocketType.Stream)]
    [InlineData("unix:~/a.sock", EndpointScheme.Unix, "~/a.sock", SocketType.Stream)]
    [InlineData("unix:// ", EndpointScheme.Unix, "// ", SocketType.Stream)]
    [InlineData("unix:tcp://a:1", EndpointScheme.Unix, "tcp://a:1", SocketType.Stream)]
    [InlineData("unixgram:/run/a", EndpointScheme.UnixGram, "/run/a", SocketType.Dgram)]
    [InlineData("unixpacket:/run/a", EndpointScheme.UnixPacket, "/run/a", SocketType.Seqpacket)]
    public void Each_unix_scheme_keeps_its_path_as_written(string text, EndpointScheme scheme, string path, SocketType type)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);

        Assert.Equal((scheme, path, type), (endpoint.Scheme, endpoint.Path, endpoint.SocketType));
        Assert.Equal(("", 0, true, false), (endpoint.Host, endpoint.Port, endpoint.IsUnix, endpoint.IsAbstract));
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("unix:@name")]
    [InlineData("unixgram:@name")]
    [InlineData("unixpacket:@a b:c@")]
    public void An_at_sign_marks_an_abstract_name(string text)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);

        Assert.True(endpoint.IsAbstract);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("localhost:80", "tcp://localhost:80")]
    [InlineData("127.0.0.1:80", "tcp://127.0.0.1:80")]
    [InlineData("[::1]:80", "tcp://[::1]:80")]
    [InlineData(":80", "tcp://:80")]
    [InlineData("*:80", "tcp://*:80")]
    [InlineData("tcp://:0", "tcp://:0")]
    [InlineData("tcp6://*:1", "tcp6://*:1")]
    [InlineData("/run/a.sock", "unix:/run/a.sock")]
    [InlineData("./a.sock", "unix:./a.sock")]
    [InlineData("../a.sock", "unix:../a.sock")]
    [InlineData("~/a.sock", "unix:~/a.sock")]
    [InlineData("~", "unix:~")]
    [InlineData("/with:80", "unix:/with:80")]
    [InlineData("TCP://a:1", "tcp://a:1")]
    [InlineData("Tcp6://[::1]:1", "tcp6://[::1]:1")]
    [InlineData("UNIX:a", "unix:a")]
    [InlineData("tcp:80", "tcp://tcp:80")]
    public void Bare_forms_get_their_scheme(string text, string canonical) =>
        Assert.Equal(canonical, SocketEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("a:0", 0)]
    [InlineData("a:65535", 65535)]
    [InlineData("a:00080", 80)]
    public void Ports_go_from_0_to_65535(string text, int port) => Assert.Equal(port, SocketEndpoint.Parse(text).Port);

    [Theory]
    [InlineData("[fe80::1%lo]:80", "fe80::1%lo")]
    [InlineData("[fe80::1%1]:80", "fe80::1%1")]
    [InlineData("tcp6://[FE80::1%1]:80", "FE80::1%1")]
    [InlineData("[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1")]
    [InlineData("[2001:db8:0:0:0:0:0:1]:80", "2001:db8:0:0:0:0:0:1")]
    public void Brackets_hold_an_IPv6_address_with_its_zone(string text, string host)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);

        Assert.Equal(host, endpoint.Host);
        Assert.Equal(endpoint, SocketEndpoint.Parse(endpoint.ToString()));
    }

    [Theory]
    [InlineData("tcp://localhost:http", 80, "http")]
    [InlineData("localhost:www", 80, "www")]
    [InlineData("localhost:HTTP", 80, "HTTP")]
    [InlineData("udp://localhost:domain", 53, "domain")]
    [InlineData(":ssh", 22, "ssh")]
    [InlineData("[::1]:ftp-data", 20, "ftp-data")]
    public void A_service_name_is_a_port_and_stays_as_written(string text, int port, string service)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse(text);

        Assert.Equal((port, service), (endpoint.Port, endpoint.Service));
        Assert.EndsWith(":" + service, endpoint.ToString());
        Assert.Equal(endpoint, SocketEndpoint.Parse(endpoint.ToString()));
    }

    [Fact]
    public void Equality_is_about_the_name_and_not_about_its_spelling()
    {
        Assert.Equal(SocketEndpoint.Parse("tcp://LOCALHOST:http"), SocketEndpoint.Parse("localhost:80"));
        Assert.Equal(SocketEndpoint.Parse("tcp://LOCALHOST:http").GetHashCode(), SocketEndpoint.Parse("localhost:80").GetHashCode());
        Assert.NotEqual(SocketEndpoint.Parse("tcp://a:80"), SocketEndpoint.Parse("tcp4://a:80"));
        Assert.NotEqual(SocketEndpoint.Parse("tcp://a:80"), SocketEndpoint.Parse("tcp://a:81"));
        Assert.NotEqual(SocketEndpoint.Parse("unix:A"), SocketEndpoint.Parse("unix:a"));
        Assert.False(SocketEndpoint.Parse("unix:a").Equals(null));
    }
}
