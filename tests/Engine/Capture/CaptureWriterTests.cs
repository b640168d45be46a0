using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>What is written comes back; pcap has one link type; a file has its name when it is complete.</summary>
public sealed class CaptureWriterTests : IDisposable
{
    private const long Time = 1_700_000_000_123_456_789;

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData(CaptureFormat.PcapNg)]
    [InlineData(CaptureFormat.Pcap)]
    public void Packets_come_back_as_they_were(CaptureFormat format)
    {
        (long Time, int Extra, string? Name, PacketDirection Direction)[] cases =
        [
            (Time, 0, "lo", PacketDirection.Outgoing), (Time + 1, 1000, "eth0", PacketDirection.Incoming), (0, 0, null, PacketDirection.Unknown),
            (Time, 3, "lo", PacketDirection.Unknown), (4_294_967_295_999_999_999, 0, "ünïcode", PacketDirection.Outgoing),
        ];
        byte[] tcp = Frames.All["tcp"].Bytes;
        SocketPacket[] packets = [.. cases.Select((c, i) => SocketPacket.Decode(
            i + 1, c.Time, LinkType.Ethernet, tcp[..(tcp.Length - i)], tcp.Length - i + c.Extra, c.Name, c.Direction))];
        SocketPacket[] read = CaptureProgram.Read(Write(format, packets));
        Assert.Equal(packets.Select(static p => (p.Number, p.TimestampNanoseconds, p.LinkType, p.Length)), read.Select(static p => (p.Number, p.TimestampNanoseconds, p.LinkType, p.Length)));
        Assert.Equal(packets.Select(static p => Convert.ToHexString(p.Bytes)), read.Select(static p => Convert.ToHexString(p.Bytes)));
        bool full = format == CaptureFormat.PcapNg;
        Assert.Equal(packets.Select(p => (full ? p.Interface : null, full ? p.Direction : PacketDirection.Unknown)), read.Select(static p => (p.Interface, p.Direction)));
    }

    [Fact]
    public void Pcapng_has_a_description_for_each_interface_and_link_type()
    {
        SocketPacket[] packets = [.. Frames.All.Values.Select(static f => Frames.Decode(f.Link, f.Bytes))];
        SocketPacket[] read = CaptureProgram.Read(Write(CaptureFormat.PcapNg, packets));
        Assert.Equal(packets.Select(static p => (p.LinkType, p.Summary)), read.Select(static p => (p.LinkType, p.Summary)));
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("line one\r\nline two", "line one\nline two")]
    [InlineData("\u001b[31mred\tü", "\ufffd[31mred\ufffdü")]
    public void Comments_come_back_and_steer_no_terminal(string comment, string expected)
    {
        CaptureBytes make = new(bigEndian: true);
        byte[][] said = [make.Option(1, System.Text.Encoding.UTF8.GetBytes(comment)), make.Option(1, "the other"u8.ToArray()), make.Option(0, [])];
        SocketPacket[] packets = CaptureProgram.Read([.. make.Section(), .. make.Interface(1), .. make.Packet(0, 1, Frames.All["tcp"].Bytes, options: said)]);
        string[] all = [expected, "the other"];
        Assert.Equal(all, packets[0].Comments);
        Assert.Empty(packets[0].FileComments);
        Assert.Equal(all, CaptureProgram.Read(Write(CaptureFormat.PcapNg, packets))[0].Comments);
    }

    [Fact]
    public void Of_a_comment_longer_than_an_option_takes_whole_characters_are_written()
    {
        byte[] file = WriteWith(new string('x', 65534) + "ü");
        Assert.Equal([new string('x', 65534)], CaptureProgram.Read(file)[0].FileComments);

        byte[] WriteWith(string comment)
        {
            string path = _directory.File("long.pcapng");
            using (CaptureFileWriter writer = CaptureFileWriter.Record(path, CaptureFormat.PcapNg, replace: true, comment: comment))
            {
                writer.Write(Frames.Decode(LinkType.Ethernet, Frames.All["tcp"].Bytes));
            }

            return File.ReadAllBytes(path);
        }
    }

    [Fact]
    public void Pcap_takes_the_link_type_of_its_first_packet_and_goes_on_behind_another()
    {
        string path = _directory.File("one.pcap");
        (LinkType link, byte[] bytes) = Frames.All["tcp"];
        using (CaptureFileWriter writer = CaptureFileWriter.Record(path, CaptureFormat.Pcap, replace: false))
        {
            writer.Write(Frames.Decode(link, bytes));
            SocketFileException error = Assert.Throws<SocketFileException>(() => writer.Write(Frames.Decode(LinkType.Raw, Frames.All["raw"].Bytes)));
            Assert.Equal((Errno.EINVAL, (object)path), (error.Errno, error.Target!));
            writer.Write(Frames.Decode(link, bytes));
            Assert.Equal(2, writer.Count);
        }

        Assert.Equal([LinkType.Ethernet, LinkType.Ethernet], CaptureProgram.Read(path).Select(static p => p.LinkType));
    }

    [Fact]
    public void A_link_type_that_no_file_has_is_refused() => Assert.Equal(
        Errno.EINVAL,
        Assert.Throws<SocketFileException>(() => Write(CaptureFormat.PcapNg, [Frames.Decode((LinkType)70000, [1])])).Errno);

    [Theory]
    [InlineData(CaptureFormat.PcapNg, long.MinValue, 0)]
    [InlineData(CaptureFormat.Pcap, -1, 0)]
    [InlineData(CaptureFormat.PcapNg, long.MaxValue, long.MaxValue)]
    [InlineData(CaptureFormat.Pcap, long.MaxValue, 4_294_967_295_999_999_999)]
    public void A_time_that_the_format_has_not_becomes_the_nearest(CaptureFormat format, long time, long expected) =>
        Assert.Equal(expected, CaptureProgram.Read(Write(format, [SocketPacket.Decode(1, time, LinkType.Ethernet, Frames.All["tcp"].Bytes, 59)]))[0].TimestampNanoseconds);

    [Theory]
    [InlineData(CaptureFormat.PcapNg)]
    [InlineData(CaptureFormat.Pcap)]
    public void Of_a_packet_longer_than_others_read_the_beginning_is_written(CaptureFormat format)
    {
        SocketPacket read = CaptureProgram.Read(Write(format, [Frames.Decode(LinkType.Ethernet, new byte[CaptureFileWriter.MaximumCaptured + 1])]))[0];
        Assert.Equal((CaptureFileWriter.MaximumCaptured, CaptureFileWriter.MaximumCaptured + 1), (read.Bytes.Length, read.Length));
    }

    [Theory]
    [InlineData(CaptureFormat.PcapNg)]
    [InlineData(CaptureFormat.Pcap)]
    public void Without_packets_it_is_an_empty_capture(CaptureFormat format) => Assert.Empty(CaptureProgram.Read(Write(format, [])));

    [Theory]
    [InlineData("a.pcap", CaptureFormat.Pcap)]
    [InlineData("a.CAP", CaptureFormat.Pcap)]
    [InlineData("a.dmp", CaptureFormat.Pcap)]
    [InlineData("a.pcapng", CaptureFormat.PcapNg)]
    [InlineData("a.pcap.bak", CaptureFormat.PcapNg)]
    [InlineData("a", CaptureFormat.PcapNg)]
    public void The_name_says_the_format(string name, CaptureFormat format) => Assert.Equal(format, CaptureFileWriter.FormatOf(name));

    [Fact]
    public void A_file_has_its_name_when_it_is_complete_and_replaces_the_one_that_it_was_made_of()
    {
        string path = _directory.File("same.pcapng");
        File.WriteAllBytes(path, Write(CaptureFormat.PcapNg, [.. Frames.All.Values.Select(static f => Frames.Decode(f.Link, f.Bytes))]));
        Assert.Equal(Errno.EEXIST, Assert.Throws<SocketFileException>(() => CaptureFileWriter.Create(path, CaptureFormat.PcapNg, replace: false)).Errno);
        using (CaptureFileReader reader = CaptureFileReader.Open(path))
        using (CaptureFileWriter writer = CaptureFileWriter.Create(path, CaptureFormat.PcapNg, replace: true))
        {
            while (reader.Read() is { } packet)
            {
                writer.Write(packet);
            }

            writer.Complete(new SocketWait(Timeout.InfiniteTimeSpan, CancellationToken.None, null));
        }

        Assert.Equal(Frames.All.Count, CaptureProgram.Read(path).Length);
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void What_is_not_complete_is_gone()
    {
        string path = _directory.File("none.pcapng");
        using (CaptureFileWriter writer = CaptureFileWriter.Create(path, CaptureFormat.PcapNg, replace: false))
        {
            writer.Write(Frames.Decode(LinkType.Ethernet, Frames.All["tcp"].Bytes));
            writer.Flush();
        }

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_recording_can_be_read_while_it_grows()
    {
        string path = _directory.File("growing.pcapng");
        using CaptureFileWriter writer = CaptureFileWriter.Record(path, CaptureFormat.PcapNg, replace: false);
        for (int i = 1; i <= 3; i++)
        {
            writer.Write(Frames.Decode(LinkType.Ethernet, Frames.All["tcp"].Bytes));
            writer.Flush();
            Assert.Equal(i, CaptureProgram.Read(path).Length);
        }

        Assert.Equal(Errno.EEXIST, Assert.Throws<SocketFileException>(() => CaptureFileWriter.Record(path, CaptureFormat.PcapNg, replace: false)).Errno);
        Assert.Equal(Errno.EISDIR, Assert.Throws<SocketFileException>(() => CaptureFileWriter.Record(_directory.Path, CaptureFormat.PcapNg, replace: true)).Errno);
        Assert.Equal(Errno.ENOENT, Assert.Throws<SocketFileException>(() => CaptureFileWriter.Record(_directory.File("no/where"), CaptureFormat.PcapNg, replace: true)).Errno);
    }

    [Fact]
    public void A_disk_that_is_full_is_an_error()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        using CaptureFileWriter writer = CaptureFileWriter.Record("/dev/full", CaptureFormat.PcapNg, replace: true);
        writer.Write(Frames.Decode(LinkType.Ethernet, Frames.All["tcp"].Bytes));
        Assert.Equal(Errno.ENOSPC, Assert.Throws<SocketFileException>(writer.Flush).Errno);
        Assert.Equal(Errno.ENOSPC, Assert.Throws<SocketFileException>(writer.Dispose).Errno);
        writer.Dispose();
    }

    public void Dispose() => _directory.Dispose();

    private byte[] Write(CaptureFormat format, SocketPacket[] packets)
    {
        string path = _directory.File(Path.GetRandomFileName());
        using (CaptureFileWriter writer = CaptureFileWriter.Record(path, format, replace: false))
        {
            Array.ForEach(packets, writer.Write);
        }

        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }
}
