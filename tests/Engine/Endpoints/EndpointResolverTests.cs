using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class EndpointResolverTests
{
    [Theory]
    [InlineData("tcp://:80", "127.0.0.1:80")]
    [InlineData("tcp4://:80", "127.0.0.1:80")]
    [InlineData("tcp6://:80", "[::1]:80")]
    [InlineData("tcp4://*:80", "0.0.0.0:80")]
    [InlineData("tcp6://*:80", "[::]:80")]
    [InlineData("tcp://127.0.0.2:80", "127.0.0.2:80")]
    [InlineData("tcp://[::1]:http", "[::1]:80")]
    [InlineData("tcp4://localhost:80", "127.0.0.1:80")]
    public void To_bind_no_host_is_the_loopback_and_a_star_is_every_interface(string text, string address) =>
        Assert.Equal(IPEndPoint.Parse(address), EndpointResolver.ToBind(SocketEndpoint.Parse(text), Within.Ten));

    [Theory]
    [InlineData("tcp://:80", "127.0.0.1:80")]
    [InlineData("tcp://*:80", "127.0.0.1:80")]
    [InlineData("tcp6://:80", "[::1]:80")]
    [InlineData("tcp6://*:80", "[::1]:80")]
    [InlineData("udp://127.0.0.2:53", "127.0.0.2:53")]
    public void To_connect_no_host_and_a_star_are_this_machine(string text, string address) =>
        Assert.Equal(IPEndPoint.Parse(address), Assert.Single(EndpointResolver.ToConnect(SocketEndpoint.Parse(text), Within.Ten)));

    [Fact]
    public void A_star_takes_both_families_to_bind_where_the_system_has_both()
    {
        IPEndPoint address = EndpointResolver.ToBind(SocketEndpoint.Parse("tcp://*:80"), Within.Ten);

        Assert.Equal(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, address.Address);
    }

    [Fact]
    public void A_scheme_with_a_family_gives_addresses_of_that_family_only()
    {
        IReadOnlyList<IPEndPoint> addresses = EndpointResolver.ToConnect(SocketEndpoint.Parse("tcp4://localhost:80"), Within.Ten);

        Assert.NotEmpty(addresses);
        Assert.All(addresses, static a => Assert.Equal(AddressFamily.InterNetwork, a.AddressFamily));
    }

    [Fact]
    public void Families_take_turns()
    {
        IPAddress[] addresses = [.. new[] { "::1", "::2", "::3", "1.1.1.1", "::4", "1.1.1.2" }.Select(IPAddress.Parse)];

        string[] ordered = [.. EndpointResolver.TakeTurns(addresses).Select(static a => a.ToString())];

        Assert.Equal(["::1", "1.1.1.1", "::2", "1.1.1.2", "::3", "::4"], ordered);
    }

    [Fact]
    public void An_unknown_host_is_EAI_NONAME()
    {
        // With an empty label inside no name server is ever asked.
        SocketEndpoint endpoint = SocketEndpoint.Parse("tcp://no..such:80");

        SocketCallException error = Assert.Throws<SocketCallException>(() => EndpointResolver.ToConnect(endpoint, Within.Ten));

        Assert.Equal((Errno.EAI_NONAME, "getaddrinfo", endpoint), (error.Errno, error.Operation, error.Target));
    }

    [Fact]
    public void TLS_is_refused_with_EPROTONOSUPPORT()
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse("tls://localhost:443");

        Fails.With(Errno.EPROTONOSUPPORT, () => SocketConnector.Connect(endpoint, "/", Within.Ten));
        Fails.With(Errno.EPROTONOSUPPORT, () => SocketListener.Start(endpoint, "/", 1, BindOptions.Default, Within.Ten));
    }

    [Fact]
    public void A_look_up_ends_by_its_token()
    {
        using CancellationTokenSource stopped = new();
        stopped.Cancel();

        Assert.ThrowsAny<System.OperationCanceledException>(
            () => EndpointResolver.ToConnect(SocketEndpoint.Parse("tcp://no..such:80"), Within.Ten with { Stop = stopped.Token }));
    }
}
