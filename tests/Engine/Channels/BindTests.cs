using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class BindTests
{
    [Fact]
    public void Port_0_becomes_a_real_port_in_the_endpoint()
    {
        using SocketChannel channel = Stream();
        channel.Bind(SocketEndpoint.Parse("tcp://:0"), "/", BindOptions.Default, Within.Ten);

        IPEndPoint local = Assert.IsType<IPEndPoint>(channel.LocalEndPoint);
        Assert.Equal(IPAddress.Loopback, local.Address);
        Assert.NotEqual(0, local.Port);
        Assert.Equal($"tcp://127.0.0.1:{local.Port}", channel.Endpoint!.ToString());
        Assert.Equal(SocketChannelState.Bound, channel.State);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "tcp://*:0", "0.0.0.0")]
    [InlineData(AddressFamily.InterNetworkV6, "tcp://*:0", "::")]
    [InlineData(AddressFamily.InterNetworkV6, "tcp6://*:0", "::")]
    [InlineData(AddressFamily.InterNetworkV6, "tcp://:0", "::1")]
    [InlineData(AddressFamily.InterNetworkV6, "tcp6://:0", "::1")]
    [InlineData(AddressFamily.InterNetwork, "tcp://localhost:0", "127.0.0.1")]
    public void The_address_is_of_the_family_of_the_socket(AddressFamily family, string text, string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 on this system");
        using SocketChannel channel = Stream(family);
        channel.Bind(SocketEndpoint.Parse(text), "/", BindOptions.Default, Within.Ten);

        Assert.Equal(IPAddress.Parse(address), Assert.IsType<IPEndPoint>(channel.LocalEndPoint).Address);
        Assert.Equal(channel.Endpoint, SocketEndpoint.Parse(channel.Endpoint!.ToString()));
    }

    [Fact]
    public void Binding_twice_is_EINVAL_and_the_first_address_stays()
    {
        using SocketChannel channel = Stream();
        channel.Bind(SocketEndpoint.Parse("tcp://:0"), "/", BindOptions.Default, Within.Ten);
        SocketEndpoint first = channel.Endpoint!;

        Fails.With(Errno.EINVAL, () => channel.Bind(SocketEndpoint.Parse("tcp://:0"), "/", BindOptions.Default, Within.Ten));
        Assert.Equal(first, channel.Endpoint);
    }

    [Theory]
    [InlineData("s")]
    [InlineData("other")]
    public void Binding_a_unix_socket_twice_is_EINVAL_and_its_file_stays(string second)
    {
        using TemporaryDirectory directory = new();
        using SocketChannel channel = Stream(AddressFamily.Unix);
        channel.Bind(directory.Endpoint(), "/", BindOptions.Default, Within.Ten);

        Fails.With(Errno.EINVAL, () => channel.Bind(directory.Endpoint(second), "/", BindOptions.Default, Within.Ten));

        Assert.Equal([directory.File()], System.IO.Directory.GetFileSystemEntries(directory.Path));
        Assert.Equal(directory.Endpoint(), channel.Endpoint);
    }

    [Fact]
    public void An_address_that_is_not_of_this_machine_is_EADDRNOTAVAIL()
    {
        using SocketChannel channel = Stream();
        SocketEndpoint documentation = SocketEndpoint.Parse("tcp://192.0.2.1:0"); // RFC 5737

        SocketCallException error = Assert.Throws<SocketCallException>(() => channel.Bind(documentation, "/", BindOptions.Default, Within.Ten));

        Assert.Equal((Errno.EADDRNOTAVAIL, "bind", documentation), (error.Errno, error.Operation, error.Target));
        Assert.Equal(SocketChannelState.Unconnected, channel.State);
    }

    [Fact]
    public void A_client_may_choose_its_own_address()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        using SocketChannel client = Stream();
        client.Bind(SocketEndpoint.Parse("tcp://127.0.0.9:0"), "/", BindOptions.Default, Within.Ten);
        EndPoint local = client.LocalEndPoint!;

        client.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);

        Assert.Equal(local, server.RemoteEndPoint);
        Assert.Equal(listener.Endpoint, client.Endpoint);
    }

    [Fact]
    public void A_bound_unix_client_is_named_at_the_server_and_its_file_goes_with_it()
    {
        using TemporaryDirectory directory = new();
        using SocketListener listener = SocketListener.Start(directory.Endpoint(), "/", 5, BindOptions.Default, Within.Ten);
        using SocketChannel client = Stream(AddressFamily.Unix);
        client.Bind(directory.Endpoint("client"), "/", BindOptions.Default, Within.Ten);
        client.Connect(directory.Endpoint(), "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);

        Assert.Equal(directory.Endpoint("client"), server.Endpoint);
        client.Close();
        Assert.False(System.IO.File.Exists(directory.File("client")));
    }

    [Fact]
    public void A_socket_of_an_unknown_kind_is_refused_by_the_system()
    {
        SocketCallException error = Assert.Throws<SocketCallException>(
            () => SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Seqpacket, ProtocolType.Unspecified));

        Assert.Equal("socket", error.Operation);
        Assert.True(error.Errno is Errno.ESOCKTNOSUPPORT or Errno.EPROTONOSUPPORT, error.ErrnoName);
        Assert.Contains("AF_INET SOCK_SEQPACKET", error.Message);
    }

    [Fact]
    public void Names_of_C_and_of_NET_are_the_same()
    {
        Assert.Equal(SocketNames.Family("InterNetwork"), SocketNames.Family("af_inet"));
        Assert.Equal(SocketNames.Type("Stream"), SocketNames.Type("SOCK_STREAM"));
        Assert.Equal(SocketNames.Protocol("Tcp"), SocketNames.Protocol("IPPROTO_TCP"));
        Assert.Equal(ProtocolType.Unspecified, SocketNames.Protocol("0"));
        Assert.Equal("AF_UNIX", SocketNames.Of(SocketNames.Family("AF_LOCAL")));
        Assert.Equal("SOCK_DGRAM", SocketNames.Of(SocketType.Dgram));
        Assert.All(SocketNames.Families.Select(SocketNames.Family), static f => Assert.Equal(f, SocketNames.Family(SocketNames.Of(f))));
        Fails.With(Errno.EAFNOSUPPORT, () => SocketNames.Family("AF_NOWHERE"));
        Fails.With(Errno.ESOCKTNOSUPPORT, () => SocketNames.Type(""));
        Fails.With(Errno.EPROTONOSUPPORT, () => SocketNames.Protocol("Tcp,Udp"));
    }

    private static SocketChannel Stream(AddressFamily family = AddressFamily.InterNetwork) =>
        SocketChannel.Create(family, SocketType.Stream, ProtocolType.Unspecified);
}
