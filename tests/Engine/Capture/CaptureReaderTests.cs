using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>pcap and pcapng: in both byte orders, cut anywhere, with lengths that lie.</summary>
public sealed class CaptureReaderTests
{
    private const long Time = 1_700_000_000_123_456_789;

    private static readonly byte[] s_tcp = Frames.All["tcp"].Bytes;

    [Theory]
    [InlineData(false, CaptureBytes.Microseconds, 123_456, 1_700_000_000_123_456_000)]
    [InlineData(true, CaptureBytes.Microseconds, 123_456, 1_700_000_000_123_456_000)]
    [InlineData(false, CaptureBytes.Nanoseconds, 123_456_789, Time)]
    [InlineData(true, CaptureBytes.Nanoseconds, 123_456_789, Time)]
    [InlineData(false, CaptureBytes.Patched, 123_456, 1_700_000_000_123_456_000)]
    [InlineData(true, CaptureBytes.Patched, 123_456, 1_700_000_000_123_456_000)]
    public void Pcap_in_every_order_and_precision(bool big, uint magic, uint fraction, long time)
    {
        CaptureBytes make = new(big);
        bool patched = magic == CaptureBytes.Patched;
        byte[] file = [.. make.PcapHeader(magic), .. make.PcapPacket(1_700_000_000, fraction, s_tcp, patched: patched), .. make.PcapPacket(0, 0, [], length: 60, patched: patched)];
        SocketPacket[] packets = CaptureProgram.Read(file);
        Assert.Equal([1L, 2L], packets.Select(static p => p.Number));
        Assert.Equal([time, 0], packets.Select(static p => p.TimestampNanoseconds));
        Assert.Equal(s_tcp, packets[0].Bytes);
        Assert.Equal(("TCP", LinkType.Ethernet, false), (packets[0].Protocol, packets[0].LinkType, packets[0].Truncated));
        Assert.Equal((60, 0, true), (packets[1].Length, packets[1].Bytes.Length, packets[1].Truncated));
    }

    [Fact]
    public void The_upper_bits_of_the_link_type_are_of_the_checksum()
    {
        CaptureBytes make = new(false);
        Assert.Equal(LinkType.Ethernet, CaptureProgram.Read([.. make.PcapHeader(CaptureBytes.Microseconds, link: 0x4400_0001), .. make.PcapPacket(0, 0, s_tcp)])[0].LinkType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_with_every_kind_of_block(bool big)
    {
        using CaptureFileReader reader = Open(new CaptureBytes(big).PcapNg().Bytes);
        SocketPacket[] packets = [.. All(reader)];
        Assert.Equal([Time, 1_700_000_000_123_456_000, 1_700_000_001_000_000_000, 0], packets.Select(static p => p.TimestampNanoseconds));
        Assert.Equal([LinkType.Ethernet, LinkType.Raw, LinkType.Raw, LinkType.Ethernet], packets.Select(static p => p.LinkType));
        Assert.Equal(["eth0", null, null, "eth0"], packets.Select(static p => p.Interface));
        Assert.Equal([PacketDirection.Incoming, PacketDirection.Unknown, PacketDirection.Unknown, PacketDirection.Unknown], packets.Select(static p => p.Direction));
        Assert.Equal([s_tcp.Length, 1000, Frames.All["raw6"].Bytes.Length, s_tcp.Length], packets.Select(static p => p.Length));
        Assert.All(packets, static p => Assert.Equal("TCP", p.Protocol));
        Assert.Equal((7, 4, CaptureFormat.PcapNg), (reader.Dropped, reader.Count, reader.Format));
    }

    [Fact]
    public void A_section_of_the_other_order_describes_its_interfaces_anew()
    {
        (CaptureBytes little, CaptureBytes big) = (new(false), new(true));
        SocketPacket[] packets = CaptureProgram.Read(
            [.. little.Section(), .. little.Interface(1), .. little.Packet(0, 1, s_tcp), .. big.Section(), .. big.Interface(101), .. big.Packet(0, 2, Frames.All["raw"].Bytes)]);
        Assert.Equal([(1L, LinkType.Ethernet, 1000L), (2L, LinkType.Raw, 2000L)], packets.Select(static p => (p.Number, p.LinkType, p.TimestampNanoseconds)));
    }

    [Theory]
    [InlineData(6, 0, 1_700_000_000_123_456, 1_700_000_000_123_456_000)]
    [InlineData(9, 0, Time, Time)]
    [InlineData(0, 0, 1_700_000_000, 1_700_000_000_000_000_000)]
    [InlineData(3, 0, 1_700_000_000_123, 1_700_000_000_123_000_000)]
    [InlineData(12, 0, 1_234_567_890_123_456_789, 1_234_567_890_123_456)]
    [InlineData(0x7F, 0, long.MaxValue, 0)]
    [InlineData(0x80, 0, 1_700_000_000, 1_700_000_000_000_000_000)]
    [InlineData(0x80 | 10, 0, 1_700_000_000L * 1024 + 512, 1_700_000_000_500_000_000)]
    [InlineData(0xFF, 0, long.MaxValue, 0)]
    [InlineData(6, 1_000_000_000, 700_000_000_123_456, 1_700_000_000_123_456_000)]
    [InlineData(6, -10, 1, -9_999_999_000)]
    [InlineData(0, 0, long.MaxValue, long.MaxValue)]
    [InlineData(9, long.MinValue, 0, long.MinValue)]
    public void Times_of_every_resolution_and_offset(int resolution, long offset, long time, long expected)
    {
        CaptureBytes make = new(false);
        byte[] description = make.Interface(1, 0, make.Option(9, [(byte)resolution]), make.Option(14, make.UInt64((ulong)offset)));
        SocketPacket packet = CaptureProgram.Read([.. make.Section(), .. description, .. make.Packet(0, (ulong)time, s_tcp)])[0];
        Assert.Equal(expected, packet.TimestampNanoseconds);
        _ = packet.Timestamp;
    }

    [Fact]
    public void The_name_of_an_interface_does_not_steer_the_terminal()
    {
        CaptureBytes make = new(false);
        byte[] file = [.. make.Section(), .. make.Interface(1, 0, make.Option(2, "\u001b[31mlo\0"u8.ToArray())), .. make.Packet(0, 0, s_tcp)];
        Assert.Equal("\uFFFD[31mlo", CaptureProgram.Read(file)[0].Interface);
    }

    [Fact]
    public void A_simple_packet_is_as_long_as_the_interface_captured()
    {
        CaptureBytes make = new(false);
        SocketPacket packet = CaptureProgram.Read([.. make.Section(), .. make.Interface(1, snap: 20), .. make.Simple(1000, s_tcp[..20])])[0];
        Assert.Equal((1000, 20), (packet.Length, packet.Bytes.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcap_cut_anywhere_gives_the_packets_before_and_one_error(bool big)
    {
        CaptureBytes make = new(big);
        byte[] header = make.PcapHeader(CaptureBytes.Microseconds);
        byte[] packet = make.PcapPacket(1, 2, s_tcp);
        byte[] file = [.. header, .. packet, .. packet, .. packet];
        int[] ends = [header.Length, header.Length + packet.Length, header.Length + (2 * packet.Length), file.Length];
        CutAnywhere(file, ends, ends[1..]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_cut_anywhere_gives_the_packets_before_and_one_error(bool big)
    {
        (byte[] file, int[] ends, int[] packetEnds) = new CaptureBytes(big).PcapNg();
        CutAnywhere(file, ends[1..], packetEnds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("a1b2c3")]
    [InlineData("1f8b0800")]
    [InlineData("89504e470d0a1a0a")]
    [InlineData("0a0d0d0a1c0000001a2b3c4e000000000000000000000000000000001c000000")]
    [InlineData("d4c3b2a10300040000000000000000000000040001000000")]
    public void What_is_no_capture_is_one_error(string bytes)
    {
        SocketFileException error = Assert.Throws<SocketFileException>(() => Open(Convert.FromHexString(bytes)));
        Assert.Equal((Errno.EBADMSG, (object)"file"), (error.Errno, error.Target!));
        Assert.NotEmpty(error.Advice);
    }

    public static TheoryData<string> Lies => [.. MakeLies().Keys];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_length_that_lies_is_an_error_behind_the_packet_before_it_and_costs_no_memory(string lie)
    {
        byte[] file = MakeLies()[lie];
        using CaptureFileReader reader = Open(file);
        Assert.NotNull(reader.Read());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Errno.EBADMSG, Assert.Throws<SocketFileException>(() => reader.Read()).Errno);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 << 20);
    }

    [Fact]
    public void The_longest_packet_that_is_believed_is_read()
    {
        CaptureBytes make = new(false);
        byte[] long16 = new byte[CaptureFileReader.MaximumPacket];
        long16[^1] = 0xEE;
        byte[] file = [.. make.PcapHeader(CaptureBytes.Microseconds), .. make.PcapPacket(0, 0, long16), .. make.PcapPacket(1, 0, s_tcp)];
        SocketPacket[] packets = CaptureProgram.Read(file);
        Assert.Equal(long16, packets[0].Bytes);
        Assert.Equal(s_tcp, packets[1].Bytes);
    }

    [Fact]
    public void A_file_is_not_held_in_memory()
    {
        CaptureBytes make = new(false);
        byte[] packet = make.PcapPacket(0, 0, new byte[60_000]);
        using TemporaryDirectory directory = new();
        using (FileStream file = File.Create(directory.File("big.pcap")))
        {
            file.Write(make.PcapHeader(CaptureBytes.Microseconds));
            for (int i = 0; i < 2000; i++)
            {
                file.Write(packet);
            }
        }

        using CaptureFileReader reader = CaptureFileReader.Open(directory.File("big.pcap"));
        List<WeakReference> seen = [.. Enumerable.Range(0, 1999).Select(_ => new WeakReference(reader.Read()))];
        GC.Collect();
        Assert.InRange(seen.Count(static s => s.IsAlive), 0, 10);
        Assert.NotNull(reader.Read());
        Assert.Null(reader.Read());
    }

    [Fact]
    public void What_is_no_regular_file_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells a device from a regular file");
        using TemporaryDirectory directory = new();
        Assert.Equal(Errno.ENOENT, Assert.Throws<SocketFileException>(() => CaptureFileReader.Open(directory.File("none"))).Errno);
        Assert.Equal(Errno.EISDIR, Assert.Throws<SocketFileException>(() => CaptureFileReader.Open(directory.Path)).Errno);
        Assert.Equal(Errno.ESPIPE, Assert.Throws<SocketFileException>(() => CaptureFileReader.Open("/dev/zero")).Errno);
    }

    private static Dictionary<string, byte[]> MakeLies()
    {
        CaptureBytes make = new(false);
        byte[] pcap = [.. make.PcapHeader(CaptureBytes.Microseconds), .. make.PcapPacket(0, 0, s_tcp)];
        byte[] next = [.. make.Section(), .. make.Interface(1), .. make.Packet(0, 0, s_tcp)];
        byte[] Lying(uint type, uint length) => [.. next, .. make.UInt32(type), .. make.UInt32(length), .. new byte[200]];
        byte[] Changed(byte[] block, int at, byte value)
        {
            block[at] = value;
            return [.. next, .. block];
        }

        return new()
        {
            ["pcap, 4 GiB"] = [.. pcap, .. make.PcapPacket(0, 0, s_tcp, captured: uint.MaxValue)],
            ["pcap, one more than is believed"] = [.. pcap, .. make.PcapPacket(0, 0, s_tcp, captured: CaptureFileReader.MaximumPacket + 1)],
            ["pcap, as much as is believed"] = [.. pcap, .. make.PcapPacket(0, 0, s_tcp, captured: CaptureFileReader.MaximumPacket)],
            ["block of 4 GiB"] = Lying(0x1234, 0xFFFFFFFC),
            ["packet block of 4 GiB"] = Lying(CaptureBytes.PacketBlock, 0xFFFFFFFC),
            ["interface of 4 GiB"] = Lying(CaptureBytes.InterfaceBlock, 0xFFFFFFFC),
            ["interface of 1 MiB"] = Lying(CaptureBytes.InterfaceBlock, 1 << 20),
            ["statistics of 4 GiB"] = Lying(CaptureBytes.StatisticsBlock, 0xFFFFFFFC),
            ["section of 4 GiB"] = Changed(make.Section(), 7, 0x7F),
            ["section of 24 bytes"] = Changed(make.Section(), 4, 24),
            ["section without its mark"] = Changed(make.Section(), 8, 0),
            ["block of 8 bytes"] = Lying(0x1234, 8),
            ["block of 0 bytes"] = Lying(0x1234, 0),
            ["block of 13 bytes"] = Lying(0x1234, 13),
            ["packet block of 12 bytes"] = Lying(CaptureBytes.PacketBlock, 12),
            ["simple block of 12 bytes"] = Lying(CaptureBytes.SimpleBlock, 12),
            ["interface of 12 bytes"] = Lying(CaptureBytes.InterfaceBlock, 12),
            ["packet longer than its block"] = [.. next, .. make.Packet(0, 0, s_tcp, captured: 61)],
            ["packet of 4 GiB"] = [.. next, .. make.Packet(0, 0, s_tcp, captured: uint.MaxValue)],
            ["interface that is not described"] = [.. next, .. make.Packet(1, 0, s_tcp)],
            ["other length at the end"] = Changed(make.Block(0x1234, [1, 2, 3, 4]), 12, 20),
            ["packet with other length at the end"] = Changed(make.Packet(0, 0, s_tcp), 28 + 60, 0),
        };
    }

    private static void CutAnywhere(byte[] file, int[] ends, int[] packetEnds)
    {
        for (int length = ends[0]; length <= file.Length; length++)
        {
            List<SocketPacket> packets = [];
            SocketFileException? error = null;
            using CaptureFileReader reader = Open(file[..length]);
            try
            {
                packets.AddRange(All(reader));
            }
            catch (SocketFileException e)
            {
                error = e;
            }

            // All packets are read that end before; the end of a block is no cut.
            int whole = packetEnds.Count(e => e <= length);
            Assert.True(packets.Count == whole, $"At {length}: {packets.Count} and not {whole} packets");
            Assert.Equal(ends.Contains(length), error is null);
            if (error is not null)
            {
                Assert.Equal((Errno.EBADMSG, (object)"file"), (error.Errno, error.Target!));
                Assert.Contains($"after {length} bytes", error.Message, StringComparison.Ordinal);
            }
        }

        for (int length = 0; length < ends[0]; length++)
        {
            Assert.Equal(Errno.EBADMSG, Assert.Throws<SocketFileException>(() => Open(file[..length])).Errno);
        }
    }

    private static IEnumerable<SocketPacket> All(CaptureFileReader reader)
    {
        while (reader.Read() is { } packet)
        {
            yield return packet;
        }
    }

    private static CaptureFileReader Open(byte[] bytes) => CaptureFileReader.Open(new MemoryStream(bytes), "file");
}
