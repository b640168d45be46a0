using System;
using System.Linq;
using System.Net;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>Each kind of packet whole, one byte short and one byte over; lengths and options that lie; and what the shortcuts of a packet say.</summary>
public sealed class PacketDecoderTests
{
    public static TheoryData<string> EveryKind => [.. Frames.All.Keys];

    public static TheoryData<string> EveryKindWithoutPadding => [.. Frames.All.Keys.Where(static k => k is not ("udp padded" or "arp answer"))];

    [Fact]
    public void A_segment_has_its_layers_and_its_shortcuts()
    {
        SocketPacket packet = Frames.Decode("tcp");
        Assert.Equal(["Ethernet", "IPv4", "TCP", "Data"], packet.Layers.Select(static l => l.Name));
        Assert.Equal([2, 3, 4, 7], packet.Layers.Select(static l => l.OsiLayer));
        Assert.Equal(["Data link", "Network", "Transport", "Application"], packet.Layers.Select(static l => l.OsiName));
        Assert.Equal([0, 14, 34, 54], packet.Layers.Select(static l => l.Offset));
        Assert.Equal([14, 20, 20, 0], packet.Layers.Select(static l => l.HeaderLength));
        Assert.Equal([59, 45, 25, 5], packet.Layers.Select(static l => l.Length));
        Assert.Same(packet.Layers[0], packet.Link);
        Assert.Same(packet.Layers[1], packet.Ip);
        Assert.Same(packet.Layers[2], packet.Tcp);
        Assert.Null(packet.Udp);
        Assert.Null(packet.Icmp);
        Assert.Null(packet.Arp);
        Assert.Equal(new IPEndPoint(Frames.Client, 40000), packet.Source);
        Assert.Equal(new IPEndPoint(Frames.Server, 9734), packet.Destination);
        Assert.Equal(("TCP", "hello", 5), (packet.Protocol, packet.Text, packet.Payload.Length));
        Assert.Equal((0xFFFFFFF0u, 0x80000001u, TcpFlags.PSH | TcpFlags.ACK), (packet.Tcp!.SequenceNumber, packet.Tcp.AcknowledgmentNumber, packet.Tcp.Flags));
        Assert.True(packet.Tcp.ChecksumValid);
        Assert.True(((IPv4Layer)packet.Ip!).ChecksumValid);
        Assert.Equal(1_700_000_000_123_456_789, packet.TimestampNanoseconds);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddTicks(1_234_567), packet.Timestamp);
    }

    [Fact]
    public void The_options_of_a_SYN_have_names_and_values()
    {
        TcpLayer tcp = Frames.Decode("tcp syn").Tcp!;
        Assert.Equal([(2, 4), (4, 2), (8, 10), (1, 1), (3, 3)], tcp.Options.Select(static o => ((int)o.Kind, o.Length)));
        Assert.Equal([1460, null, new TcpTimestamps(0x01020304, 0), null, 10], tcp.Options.Select(static o => o.Value));
        Assert.Equal(TcpFlags.SYN | TcpFlags.ECE | TcpFlags.CWR, tcp.Flags);
        TcpSackBlock[] blocks = Assert.IsType<TcpSackBlock[]>(Frames.Decode("tcp sack").Tcp!.Options[2].Value);
        Assert.Equal([new TcpSackBlock(1, 255), new TcpSackBlock(256, 512)], blocks);
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void A_whole_packet_has_no_problem(string kind)
    {
        SocketPacket packet = Frames.Decode(kind);
        Assert.Empty(packet.Problems);
        Assert.False(packet.Truncated);
        Assert.DoesNotContain(packet.Layers, static l => l is IPv4Layer { ChecksumValid: false } or TransportLayer { ChecksumValid: false } or IcmpLayer { ChecksumValid: false });
    }

    [Theory]
    [MemberData(nameof(EveryKindWithoutPadding))]
    public void One_byte_that_was_never_sent_is_a_problem(string kind)
    {
        (LinkType link, byte[] bytes) = Frames.All[kind];
        Assert.NotEmpty(Frames.Decode(link, bytes[..^1]).Problems);
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void One_byte_that_was_not_captured_is_none(string kind)
    {
        (LinkType link, byte[] bytes) = Frames.All[kind];
        SocketPacket packet = Frames.Decode(link, bytes[..^1], bytes.Length);
        Assert.True(packet.Truncated);

        // Where it was in a header, that says so.
        Assert.All(packet.Problems, static p => Assert.Contains("captured", p, StringComparison.Ordinal));
        Assert.Equal(Frames.Decode(link, bytes).Layers.Select(static l => (l.Offset, l.Length)), packet.Layers.Select(static l => (l.Offset, l.Length)));
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void One_byte_more_is_the_padding_of_the_link(string kind)
    {
        (LinkType link, byte[] bytes) = Frames.All[kind];
        SocketPacket packet = Frames.Decode(link, [.. bytes, 0xEE]);
        Assert.Empty(packet.Problems);
        Assert.Equal(Frames.Decode(link, bytes).Payload, packet.Payload);
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Cut_anywhere_what_is_there_is_as_it_was(string kind)
    {
        (LinkType link, byte[] bytes) = Frames.All[kind];
        PacketField[] whole = [.. Frames.Decode(link, bytes).Layers.Where(static l => l is not DataLayer).SelectMany(static l => l.Fields)];
        for (int length = 0; length < bytes.Length; length++)
        {
            SocketPacket packet = Frames.Decode(link, bytes[..length], bytes.Length);
            foreach (PacketField field in packet.Layers.Where(static l => l is not DataLayer).SelectMany(static l => l.Fields))
            {
                Assert.True(field.Offset + field.Length <= length);
                Assert.Contains(whole, f => f.Name == field.Name && f.Offset == field.Offset && f.Hex == field.Hex);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Fields_are_in_their_header_and_have_its_bytes(string kind)
    {
        SocketPacket packet = Frames.Decode(kind);
        foreach (PacketLayer layer in packet.Layers)
        {
            Assert.NotEmpty(layer.Fields);
            Assert.All(layer.Fields, f =>
            {
                Assert.InRange(f.Offset, layer.Offset, layer.Offset + layer.Length - f.Length);
                Assert.Equal(Convert.ToHexString(packet.Bytes, f.Offset, f.Length).ToLowerInvariant(), f.Hex);
            });
        }
    }

    [Theory]
    [InlineData("tcp", 14, 0x65, "IPv4: the version is 6")]
    [InlineData("tcp", 14, 0x44, "IPv4: a header of 16 bytes is shorter than 20")]
    [InlineData("tcp", 14, 0x4F, "IPv4: the header says 60 bytes, and 45 are there")]
    [InlineData("tcp", 17, 0x2E, "IPv4: the total length is 46, and 45 bytes are there")]
    [InlineData("tcp", 17, 0x13, "IPv4: the total length is 19, and the header has 20")]
    [InlineData("tcp", 17, 0x00, "IPv4: the total length is 0, and the header has 20")]
    [InlineData("tcp", 20, 0x80, "IPv4: the reserved bit is set")]
    [InlineData("tcp", 24, 0x12, "IPv4: the checksum is wrong")]
    [InlineData("tcp", 46, 0x40, "TCP: a header of 16 bytes is shorter than 20")]
    [InlineData("tcp", 46, 0x70, "TCP: the header says 28 bytes, and 25 are there")]
    [InlineData("tcp", 47, 0x03, "TCP: FIN, SYN do not go together")]
    [InlineData("tcp", 47, 0x00, "TCP: no flag is set")]
    [InlineData("tcp", 58, 0x00, "TCP: the checksum is wrong")]
    [InlineData("tcp syn", 55, 0x00, "TCP: option 2 says 0 bytes, and 20 are left")]
    [InlineData("tcp syn", 55, 0x15, "TCP: option 2 says 21 bytes, and 20 are left")]
    [InlineData("tcp syn", 55, 0x03, "TCP: option 2 has 3 bytes, which is wrong for its kind")]
    [InlineData("tcp6", 14, 0x40, "IPv6: the version is 4")]
    [InlineData("tcp6", 19, 0x1A, "IPv6: the payload length is 26, and 25 bytes are there")]
    [InlineData("udp", 39, 0x07, "UDP: a length of 7 is shorter than the header")]
    [InlineData("udp", 39, 0x12, "UDP: the length is 18, and 16 bytes are there")]
    [InlineData("udp", 45, 0x00, "UDP: the checksum is wrong")]
    [InlineData("echo", 44, 0x00, "ICMP: the checksum is wrong")]
    [InlineData("echo6", 64, 0x00, "ICMPv6: the checksum is wrong")]
    [InlineData("arp question", 18, 0x20, "ARP: the addresses need 80 bytes, and 28 are there")]
    [InlineData("ipv4 options", 35, 0x0D, "IPv4: option 148 says 13 bytes, and 12 are left")]
    [InlineData("fragment first", 17, 0x20, "IPv4: a fragment that others follow has 12 bytes, which is no multiple of 8")]
    [InlineData("fragment last", 20, 0x1F, "IPv4: the fragment ends at 65552, behind the end of the largest packet")]
    [InlineData("extensions", 55, 0x07, "IPv6 extension: the header says 64 bytes, and 40 are there")]
    [InlineData("extensions", 57, 0x07, "IPv6 hop-by-hop options: the length of option 5 lies")]
    [InlineData("extensions", 62, 0x00, "IPv6 extension: hop-by-hop options are not the first extension header")]
    [InlineData("solicitation", 79, 0x02, "ICMPv6: the length of option 1 lies")]
    [InlineData("raw", 0, 0x55, "IP: version 5 is neither 4 nor 6")]
    public void What_is_wrong_is_said(string kind, int at, byte value, string problem)
    {
        (LinkType link, byte[] bytes) = Frames.All[kind];
        byte[] changed = [.. bytes];
        changed[at] = value;
        SocketPacket packet = Frames.Decode(link, changed);
        Assert.Contains(problem, packet.Problems);
        Assert.NotEmpty(packet.Layers);
        Assert.Contains(problem[..10], packet.Info + string.Join(' ', packet.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_fragment_has_no_ports_and_says_where_it_belongs()
    {
        foreach (string kind in new[] { "fragment last", "fragment6 last" })
        {
            SocketPacket packet = Frames.Decode(kind);
            Assert.Null(packet.Udp);
            Assert.Equal("UDP", packet.Protocol);
            Assert.Equal(0, packet.Source!.Port);
            Assert.True(packet.Ip!.IsFragment);
            Assert.False(packet.Ip.MoreFragments);
            Assert.Contains($"fragment at {packet.Ip.FragmentOffset}", packet.Info, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_first_fragment_has_the_ports_and_a_checksum_that_nobody_can_tell()
    {
        foreach (string kind in new[] { "fragment first", "fragment6 first" })
        {
            SocketPacket packet = Frames.Decode(kind);
            Assert.Equal(40000, packet.Source!.Port);
            Assert.Null(packet.Udp!.ChecksumValid);
            Assert.True(packet.Ip!.MoreFragments);
        }
    }

    [Fact]
    public void A_checksum_that_is_left_to_the_card_is_not_wrong()
    {
        (LinkType link, byte[] bytes) = Frames.All["tcp"];
        byte[] partial = [.. bytes];
        ushort pseudo = Checksum.Fold(Checksum.Add(6 + 25, bytes.AsSpan(26, 8)));
        (partial[50], partial[51]) = ((byte)(pseudo >> 8), (byte)pseudo);
        SocketPacket packet = Frames.Decode(link, partial);
        Assert.Null(packet.Tcp!.ChecksumValid);
        Assert.Empty(packet.Problems);
    }

    [Fact]
    public void An_error_has_the_packet_that_it_quotes()
    {
        IcmpLayer icmp = Frames.Decode("port unreachable").Icmp!;
        Assert.Equal(("destination unreachable", "port unreachable"), (icmp.TypeName, icmp.CodeName));
        SocketPacket quoted = icmp.Quoted!;
        Assert.Equal((9734, TcpFlags.SYN), (quoted.Destination!.Port, quoted.Tcp!.Flags));
        Assert.Equal(1400, Frames.Decode("fragmentation needed").Icmp!.Mtu);
        Assert.Equal(1400, Frames.Decode("too big").Icmp!.Mtu);
        Assert.Equal(IPAddress.Parse("198.51.100.2"), Frames.Decode("redirect").Icmp!.Gateway);
        Assert.Equal(20, Frames.Decode("parameter problem").Icmp!.Pointer);
        Assert.Equal(Frames.Server6, Frames.Decode("solicitation").Icmp!.TargetAddress);

        // Eight bytes of the segment are enough for the ports.
        SocketPacket cut = Frames.Decode("time exceeded").Icmp!.Quoted!;
        Assert.True(cut.Truncated);
        Assert.Equal((40000, 0xFFFFFFF0u, 0), (cut.Source!.Port, cut.Tcp!.SequenceNumber, cut.Tcp.Options.Count));
    }

    [Fact]
    public void Packets_in_packets_end_somewhere()
    {
        byte[] bytes = [];
        for (int i = 0; i < 1000; i++)
        {
            bytes = Frames.IPv4(4, bytes);
        }

        SocketPacket packet = Frames.Decode(LinkType.Raw, bytes);
        Assert.Contains("IP: more than 16 packets are in one another", packet.Problems);
        Assert.InRange(packet.Layers.Count, 16, 20);
    }

    [Fact]
    public void What_routers_neighbours_and_listeners_say_is_read()
    {
        IcmpLayer router = Frames.Decode("router").Icmp!;
        Assert.Equal((64, 0x00L, 1800, 0L, 0L), (router.HopLimit, router.Flags, router.RouterLifetime, router.ReachableTime, router.RetransmissionTime));
        Assert.Equal(0x60000000, Frames.Decode("advertisement").Icmp!.Flags);
        Assert.Equal(10000, Frames.Decode("group query").Icmp!.MaximumResponse);
        IcmpLayer report = Frames.Decode("group report").Icmp!;
        Assert.Equal(["joins ff02::fb", "ff02::fb listens to fd00:97::2, fd00:97::1"], report.Groups.Select(static g => $"{g}"));
        Assert.Equal("multicast listener report v2, joins ff02::fb and 1 more, length 80", report.Summary);
        Assert.Empty(Frames.Decode("router").Icmp!.Groups);
    }

    [Theory]
    [InlineData(61, 3, "ICMPv6: the report says that it has 3 groups, and 2 are there")]
    [InlineData(85, 3, "ICMPv6: the report says that it has 2 groups, and 1 are there")]
    public void A_report_that_lies_is_read_as_far_as_it_goes(int at, byte value, string problem)
    {
        (LinkType link, byte[] bytes) = Frames.All["group report"];
        byte[] changed = [.. bytes];
        changed[at] = value;
        Assert.Contains(problem, Frames.Decode(link, changed).Problems);
    }
}
