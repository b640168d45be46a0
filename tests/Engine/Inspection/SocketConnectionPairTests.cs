using System;
using System.Net;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class SocketConnectionPairTests
{
    public SocketConnectionPairTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere there are no inodes");

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Unix)]
    public void Each_end_finds_both_rows(Transport transport)
    {
        using ChannelPair pair = new(transport);
        SocketConnectionPair one = SocketConnectionPair.Of(pair.Client, null), other = SocketConnectionPair.Of(pair.Server, null);
        Assert.Same(pair.Client, one.Channel);
        Assert.Equal((pair.Client.Descriptor, pair.Server.Descriptor), (one.Local!.Descriptor, one.Remote!.Descriptor));
        Assert.Equal((pair.Server.Descriptor, pair.Client.Descriptor), (other.Local!.Descriptor, other.Remote!.Descriptor));
    }

    [Fact]
    public void A_row_without_an_inode_is_found_by_its_addresses_and_so_is_a_peer_with_IPv4_in_IPv6()
    {
        using ChannelPair pair = new();
        IPEndPoint here = (IPEndPoint)pair.Client.LocalEndPoint!, there = (IPEndPoint)pair.Client.RemoteEndPoint!;
        SocketConnection listener = Row("LISTEN", there, new IPEndPoint(IPAddress.Any, 0));
        SocketConnection local = Row("TIME_WAIT", here, there);
        SocketConnection remote = Row("LAST_ACK", new(there.Address.MapToIPv6(), there.Port), new(here.Address.MapToIPv6(), here.Port));
        SocketConnectionPair found = SocketConnectionPair.Find(pair.Client, [listener, remote, local]);
        Assert.Same(local, found.Local);
        Assert.Same(remote, found.Remote);
    }

    [Fact]
    public void A_row_of_another_socket_at_the_same_addresses_is_not_taken()
    {
        using ChannelPair pair = new();
        IPEndPoint here = (IPEndPoint)pair.Client.LocalEndPoint!, there = (IPEndPoint)pair.Client.RemoteEndPoint!;
        SocketConnectionPair found = SocketConnectionPair.Find(pair.Client, [Row("ESTABLISHED", here, there, inode: ulong.MaxValue)]);
        Assert.Null(found.Local);
        Assert.Null(found.Remote);
        found = SocketConnectionPair.Find(pair.Client, []);
        Assert.Null(found.Local);
    }

    private static SocketConnection Row(string state, IPEndPoint local, IPEndPoint remote, ulong inode = 0) => new()
    {
        Protocol = "tcp", State = state, Inode = inode, LocalAddress = local.Address, LocalPort = local.Port, RemoteAddress = remote.Address, RemotePort = remote.Port,
    };
}
