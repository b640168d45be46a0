using System;
using System.Linq;
using System.Net;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>What is below IP: Ethernet with its tags, lengths and headers of 802.2, Linux cooked, the loopback of BSD.</summary>
public sealed class LinkLayerTests
{
    [Theory]
    [InlineData(LinkType.Ethernet, 13)]
    [InlineData(LinkType.LinuxCooked, 15)]
    [InlineData(LinkType.LinuxCooked2, 19)]
    [InlineData(LinkType.Null, 3)]
    [InlineData(LinkType.Raw, 0)]
    [InlineData((LinkType)147, 20)]
    public void A_link_that_is_too_short_or_not_known_is_data(LinkType link, int length)
    {
        SocketPacket packet = Frames.Decode(link, new byte[length]);
        Assert.Single(packet.Problems);
        Assert.Null(packet.Link);
        Assert.All(packet.Layers, static l => Assert.IsType<DataLayer>(l));
        Assert.Equal(length, packet.Payload.Length);
        Assert.NotEmpty(packet.Summary);
    }

    [Theory]
    [InlineData(0, PacketDirection.Incoming)]
    [InlineData(4, PacketDirection.Outgoing)]
    public void A_cooked_header_tells_the_direction(byte type, PacketDirection direction)
    {
        (LinkType link, byte[] bytes) = Frames.All["cooked"];
        byte[] changed = [.. bytes];
        changed[1] = type;
        Assert.Equal(direction, Frames.Decode(link, changed).Direction);
    }

    [Fact]
    public void The_loopback_of_BSD_is_read_in_both_orders()
    {
        Assert.Equal((2u, "TCP"), (((NullLayer)Frames.Decode("null").Link!).Family, Frames.Decode("null").Protocol));
        Assert.Equal((30u, "TCP"), (((NullLayer)Frames.Decode("null big-endian").Link!).Family, Frames.Decode("null big-endian").Protocol));
    }

    [Fact]
    public void A_frame_of_802_3_has_its_length_and_no_padding()
    {
        byte[] bytes = [.. Frames.Ethernet(5, [0x42, 0x42, 3, 1, 2]), .. new byte[41]];
        SocketPacket packet = Frames.Decode(LinkType.Ethernet, bytes);
        Assert.Empty(packet.Problems);
        Assert.Equal("802.3", packet.Protocol);
        Assert.Equal("spanning tree, control 0x03, len 2", packet.Layers[1].Summary);
        Assert.Equal([1, 2], packet.Payload);
        bytes[13] = 47;
        Assert.Equal(["Ethernet: the length is 47, and 46 bytes are there"], Frames.Decode(LinkType.Ethernet, bytes).Problems);
    }

    [Fact]
    public void Behind_SNAP_is_a_packet_as_behind_a_type()
    {
        SocketPacket packet = Frames.Decode("snap");
        Assert.Equal(["Ethernet", "LLC", "IPv4", "TCP", "Data"], packet.Layers.Select(static l => l.Name));
        Assert.Equal(("hello", Frames.Decode("tcp").Summary), (packet.Text, packet.Summary));
        Assert.Equal("SNAP, protocol 0x7788 of 0x123456", Frames.Decode("snap of another").Layers[1].Summary);
        Assert.Equal(3, Frames.Decode("llc").Layers[1].HeaderLength);
        Assert.Equal(4, Frames.Decode("llc numbered").Layers[1].HeaderLength);
        Assert.Equal(["LLC: 2 bytes are too few for the header, which has 3"], Frames.Decode(LinkType.Ethernet, Frames.Ethernet(2, [1, 2])).Problems);
    }

    [Fact]
    public void A_provider_tag_is_read_too()
    {
        SocketPacket packet = Frames.Decode(LinkType.Ethernet, Frames.Ethernet(0x88A8, Frames.Vlan(0x1064, 0x8100, Frames.Vlan(7, 0x0800, Frames.IPv4(17, Frames.Udp([1]))))));
        Assert.Equal([(100, true), (7, false)], packet.Layers.OfType<VlanLayer>().Select(static v => (v.Id, v.DropEligible)));
        Assert.Equal("UDP", packet.Protocol);
    }
}
