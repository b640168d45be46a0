using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Addresses;

public sealed class SocketAddressLookupTests
{
    [Fact]
    public void An_address_is_described_in_the_words_of_addrinfo()
    {
        SocketAddressInfo info = Assert.Single(Find("udp://[::1]:53"));

        Assert.Equal((1, "udp://[::1]:53", "::1", "::1"), (info.Order, info.Endpoint.ToString(), info.Host, info.AsciiHost));
        Assert.Equal((IPAddress.IPv6Loopback, 53, null), (info.Address, info.Port, info.Path));
        Assert.Equal(("AF_INET6", "SOCK_DGRAM", "IPPROTO_UDP"), (info.AddressFamily, info.SocketType, info.Protocol));
        Assert.Equal(("domain", null, 0), (info.Service, info.CanonicalName, info.ScopeId));
        Assert.Equal("udp://[::1]:53", info.ToString());
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:http", "tcp://127.0.0.1:http")]
    [InlineData("tcp4://127.0.0.1:80", "tcp4://127.0.0.1:80")]
    [InlineData("tcp://:80", "tcp://127.0.0.1:80")]
    [InlineData("tcp://*:80", "tcp://127.0.0.1:80")]
    [InlineData("tcp6://:80", "tcp6://[::1]:80")]
    [InlineData("unix:/run/a", "unix:/run/a")]
    [InlineData("unixpacket:@a", "unixpacket:@a")]
    public void The_endpoint_is_what_connect_would_take(string text, string endpoint) =>
        Assert.Equal(endpoint, Assert.Single(Find(text)).Endpoint.ToString());

    [Fact]
    public void The_addresses_are_those_of_connect_in_its_order()
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse("tcp://localhost:80");

        Assert.Equal(
            EndpointResolver.ToConnect(endpoint, Within.Ten).Select(static a => a.Address),
            SocketAddressLookup.Find(endpoint, AddressFamily.Unspecified, SocketResolveFlags.None, Within.Ten).Select(static a => a.Address));
    }

    [Theory]
    [InlineData("tcp://:80", "0.0.0.0 ::")]
    [InlineData("tcp://*:80", "0.0.0.0 ::")]
    [InlineData("tcp4://:80", "0.0.0.0")]
    [InlineData("udp6://*:80", "::")]
    [InlineData("tcp://127.0.0.1:80", "127.0.0.1")]
    public void Passive_no_host_is_every_interface(string text, string addresses)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this system has no IPv6");
        Assert.Equal(addresses, string.Join(' ', Find(text, flags: SocketResolveFlags.Passive).Select(static a => a.Address)));
    }

    [Theory]
    [InlineData("tcp://:80", AddressFamily.InterNetworkV6, "::1")]
    [InlineData("tcp://localhost:80", AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData("tcp6://[::1]:80", AddressFamily.InterNetworkV6, "::1")]
    public void A_family_leaves_its_addresses(string text, AddressFamily family, string address) =>
        Assert.Equal(address, Assert.Single(Find(text, family)).Address!.ToString());

    [Theory]
    [InlineData("tcp://127.0.0.1:80", AddressFamily.InterNetworkV6, Errno.EAI_NODATA)]
    [InlineData("tcp://[::1]:80", AddressFamily.InterNetwork, Errno.EAI_NODATA)]
    [InlineData("tcp4://localhost:80", AddressFamily.InterNetworkV6, Errno.EAFNOSUPPORT)]
    [InlineData("unix:/run/a", AddressFamily.InterNetwork, Errno.EAFNOSUPPORT)]
    [InlineData("tcp://localhost:80", AddressFamily.Unix, Errno.EAFNOSUPPORT)]
    [InlineData("tls://localhost:443", AddressFamily.Unspecified, Errno.EPROTONOSUPPORT)]
    public void A_family_that_the_endpoint_does_not_have_is_an_error(string text, AddressFamily family, Errno errno) =>
        Fails.With(errno, () => Find(text, family));

    [Fact]
    public void Numeric_a_name_is_EAI_NONAME_and_nobody_is_asked()
    {
        SocketCallException error = Fails.With(Errno.EAI_NONAME, () => Find("tcp://localhost:80", flags: SocketResolveFlags.NumericHost, wait: SocketWait.Never));

        Assert.Equal("getaddrinfo", error.Operation);
        Assert.Equal("127.0.0.1", Assert.Single(Find("tcp://127.0.0.1:80", flags: SocketResolveFlags.NumericHost, wait: SocketWait.Never)).Address!.ToString());
    }

    [Fact]
    public void The_canonical_name_is_there_where_it_is_asked_for()
    {
        Assert.All(Find("tcp://localhost:80", flags: SocketResolveFlags.CanonicalName), static a => Assert.StartsWith("localhost", a.CanonicalName));
        Assert.All(Find("tcp://localhost:80"), static a => Assert.Null(a.CanonicalName));
        Assert.Equal("::1", Assert.Single(Find("tcp://[::1]:80", flags: SocketResolveFlags.CanonicalName)).CanonicalName);
    }

    [Fact]
    public void A_name_that_is_asked_for_without_waiting_is_EWOULDBLOCK()
    {
        // The empty label keeps the look-up from any name server; even so it is another thread's answer.
        SocketCallException error = Assert.ThrowsAny<SocketCallException>(() => Find("tcp://no..such:80", wait: SocketWait.Never));

        Assert.Contains(error.Errno, new[] { Errno.EWOULDBLOCK, Errno.EAI_NONAME });
    }

    [Fact]
    public void A_stop_ends_a_look_up_before_anybody_is_asked()
    {
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        List<string> calls = [];

        Assert.ThrowsAny<OperationCanceledException>(() => Find("tcp://localhost:80", wait: Within.Ten with { Stop = stopped.Token, Trace = call => calls.Add(call.ToString()) }));
        Assert.Empty(calls);
    }

    [Fact]
    public void A_look_up_is_traced_and_an_address_needs_none()
    {
        List<string> calls = [];
        SocketWait wait = Within.Ten with { Trace = call => calls.Add(call.ToString()) };

        Find("tcp4://localhost:http", flags: SocketResolveFlags.CanonicalName, wait: wait);
        Find("tcp://127.0.0.1:80", wait: wait);
        Fails.With(Errno.EAI_NONAME, () => Find("udp://no..such:1", wait: wait));

        Assert.Equal(
            [
                "getaddrinfo(\"localhost\", \"http\", {ai_flags=AI_CANONNAME, ai_family=AF_INET, ai_socktype=SOCK_STREAM}) = 0",
                "getaddrinfo(\"no..such\", \"1\", {ai_family=AF_UNSPEC, ai_socktype=SOCK_DGRAM}) = -2 EAI_NONAME (Name or service not known)",
            ],
            calls);
    }

    [Theory]
    [InlineData("b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("B\u00dcCHER.example", "xn--bcher-kva.example")]
    [InlineData("b\u00fccher\u3002example", "xn--bcher-kva.example")]
    [InlineData("fa\u00df.de", "xn--fa-hia.de")]
    [InlineData("\u03c0\u03b1\u03c1\u03ac\u03b4\u03b5\u03b9\u03b3\u03bc\u03b1.example", "xn--hxajbheg2az3al.example")]
    [InlineData("A_b.Example.", "A_b.Example.")]
    public void A_name_with_other_letters_is_looked_up_in_its_ASCII_form(string host, string ascii) =>
        Assert.Equal(ascii, EndpointResolver.ToAscii(SocketEndpoint.ParseHost(host)));

    [Theory]
    [InlineData("\u00e4..b")]
    [InlineData("-\u00e9-")]
    [InlineData("xn--a.\u00e9")]
    [InlineData("\u00e9aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_name_that_has_no_ASCII_form_is_EAI_NONAME(string host)
    {
        Fails.With(Errno.EAI_NONAME, () => EndpointResolver.ToAscii(SocketEndpoint.ParseHost(host)));
        Fails.With(Errno.EAI_NONAME, () => SocketConnector.Connect(SocketEndpoint.Parse($"tcp://{host}:1"), "/", Within.Ten));
    }

    [Fact]
    public void A_zone_is_an_interface_by_name_or_by_number()
    {
        string name = InterfaceNames.Of(InterfaceNames.Loopback)!;

        foreach (string zone in new[] { name, $"{InterfaceNames.Loopback}" })
        {
            SocketAddressInfo info = Assert.Single(Find($"tcp://[fe80::1%{zone}]:80"));
            Assert.Equal((InterfaceNames.Loopback, $"tcp://[fe80::1%{InterfaceNames.Loopback}]:80"), (info.ScopeId, info.Endpoint.ToString()));
        }

        Assert.Equal(0, Assert.Single(Find("tcp://[fe80::1%0]:80")).ScopeId);
    }

    [Theory]
    [InlineData("no-such-if")]
    [InlineData("999999")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("")]
    public void A_zone_that_is_no_interface_is_ENODEV_here_and_for_connect_and_bind(string zone)
    {
        SocketEndpoint endpoint = SocketEndpoint.Parse($"tcp://[fe80::1%{zone}]:80");

        Fails.With(Errno.ENODEV, () => Find(endpoint.ToString()));
        Fails.With(Errno.ENODEV, () => SocketConnector.Connect(endpoint, "/", Within.Ten));
        Fails.With(Errno.ENODEV, () => SocketListener.Start(endpoint, "/", 1, BindOptions.Default, Within.Ten));
    }

    private static IReadOnlyList<SocketAddressInfo> Find(
        string text, AddressFamily family = AddressFamily.Unspecified, SocketResolveFlags flags = SocketResolveFlags.None, SocketWait? wait = null) =>
        SocketAddressLookup.Find(SocketEndpoint.Parse(text), family, flags, wait ?? Within.Ten);
}
