using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>Files of ours read by tcpdump, tshark and capinfos; files of theirs, in every format that editcap and mergecap make of pcap, read by us.</summary>
[Collection(nameof(RealTraffic))]
public sealed class CaptureExchangeTests
{
    private readonly RealTraffic _traffic;

    public CaptureExchangeTests(RealTraffic traffic) => _traffic = traffic;

    [Theory]
    [InlineData(CaptureFormat.PcapNg)]
    [InlineData(CaptureFormat.Pcap)]
    public void Ours_are_read_by_theirs_as_the_files_that_they_were_made_of(CaptureFormat format)
    {
        foreach (string file in _traffic.Files)
        {
            SocketPacket[] packets = CaptureProgram.Read(file);
            string ours = _traffic.NewFile($"{Path.GetFileName(file)}.{format}");
            using (CaptureFileWriter writer = CaptureFileWriter.Record(ours, format, replace: true))
            {
                Array.ForEach(packets, writer.Write);
            }

            // tcpdump does not tell the interfaces of pcapng by number, which it does of "cooked" packets.
            Assert.Equal(CaptureProgram.Lines("tcpdump", "-n", "-S", "-tt", "-r", file), CaptureProgram.Lines("tcpdump", "-n", "-S", "-tt", "-r", ours));
            string[] fields = ["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len", "-e", "_ws.col.Info", "-e", "ip.id", "-e", "tcp.payload", "-e", "udp.payload"];
            Assert.Equal(CaptureProgram.Lines("tshark", ["-n", "-r", file, .. fields]), CaptureProgram.Lines("tshark", ["-n", "-r", ours, .. fields]));
            string[] facts = CaptureProgram.Lines("capinfos", "-M", "-c", "-t", "-d", ours);
            Assert.Contains(facts, f => f.EndsWith($" {packets.Length}", StringComparison.Ordinal) && f.StartsWith("Number of packets", StringComparison.Ordinal));
            Assert.Contains(facts, f => f.Contains(format == CaptureFormat.Pcap ? "nsecpcap" : "pcapng", StringComparison.Ordinal));
            Assert.Contains(facts, f => f.StartsWith("Data size", StringComparison.Ordinal) && f.Contains($" {packets.Sum(static p => p.Length)} ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Interfaces_directions_and_link_types_of_ours_are_read_by_tshark()
    {
        string file = _traffic.NewFile("interfaces.pcapng");
        (string? Name, PacketDirection Direction, string Kind)[] cases =
            [("lo", PacketDirection.Incoming, "tcp"), ("eth0", PacketDirection.Outgoing, "udp"), ("lo", PacketDirection.Unknown, "raw"), ("lo", PacketDirection.Outgoing, "tcp6")];
        using (CaptureFileWriter writer = CaptureFileWriter.Record(file, CaptureFormat.PcapNg, replace: true))
        {
            foreach ((string? name, PacketDirection direction, string kind) in cases)
            {
                (LinkType link, byte[] bytes) = Frames.All[kind];
                writer.Write(SocketPacket.Decode(1, 1, link, bytes, bytes.Length, name, direction));
            }
        }

        Assert.Equal(
            ["0\tlo\t0x00000001\teth:ethertype:ip:tcp:data", "1\teth0\t0x00000002\teth:ethertype:ip:udp:data", "2\tlo\t\traw:ip:tcp", "0\tlo\t0x00000002\teth:ethertype:ipv6:tcp:data"],
            CaptureProgram.Lines("tshark", "-n", "-r", file, "-T", "fields", "-e", "frame.interface_id", "-e", "frame.interface_name", "-e", "frame.packet_flags", "-e", "frame.protocols"));
    }

    [Theory]
    [InlineData("pcap")]
    [InlineData("nsecpcap")]
    [InlineData("modpcap")]
    [InlineData("pcapng")]
    public void Theirs_in_every_format_are_the_same_packets(string format)
    {
        foreach (string file in _traffic.Files)
        {
            string theirs = _traffic.NewFile($"{Path.GetFileName(file)}.{format}");
            CaptureProgram.Run("editcap", "-F", format, file, theirs);
            Same(CaptureProgram.Read(file), CaptureProgram.Read(theirs));
        }
    }

    [Fact]
    public void Theirs_with_a_snap_length_are_cut_and_say_so()
    {
        string file = _traffic.Files[0];
        string theirs = _traffic.NewFile("snapped.pcapng");
        CaptureProgram.Run("editcap", "-s", "90", "-F", "pcapng", file, theirs);
        SocketPacket[] whole = CaptureProgram.Read(file);
        SocketPacket[] snapped = CaptureProgram.Read(theirs);
        Assert.Equal(whole.Select(static p => (p.Length, p.Length > 90)), snapped.Select(static p => (p.Length, p.Truncated)));
        Assert.Equal(whole.Select(static p => (p.Source, p.Destination, p.Protocol)), snapped.Select(static p => (p.Source, p.Destination, p.Protocol)));
        Assert.Equal(whole.Where(static p => p.Tcp is not null).Select(static p => p.Tcp!.PayloadLength), snapped.Where(static p => p.Tcp is not null).Select(static p => p.Tcp!.PayloadLength));
    }

    [Fact]
    public void Files_of_several_link_types_that_were_merged_are_the_packets_of_both()
    {
        string[] files = _traffic.Files;
        string merged = _traffic.NewFile("merged.pcapng");
        CaptureProgram.Run("mergecap", "-F", "pcapng", "-w", merged, files[0], files[2]);
        SocketPacket[] read = CaptureProgram.Read(merged);
        Assert.Equal(CaptureProgram.Read(files[0]).Select(static p => p.Summary), read.Where(static p => p.LinkType == LinkType.Ethernet).Select(static p => p.Summary));
        Assert.Equal(CaptureProgram.Read(files[2]).Select(static p => p.Summary), read.Where(static p => p.LinkType == LinkType.LinuxCooked).Select(static p => p.Summary));
    }

    [Fact]
    public void A_file_with_comments_and_drops_by_theirs_is_read_beside_them()
    {
        string file = _traffic.Files[0];
        string theirs = _traffic.NewFile("comments.pcapng");
        CaptureProgram.Run("editcap", "-a", "1:the first", "-a", "3:the third", "--capture-comment", "of all", "-F", "pcapng", file, theirs);
        SocketPacket[] packets = CaptureProgram.Read(theirs);
        Same(CaptureProgram.Read(file), packets);
        Assert.Equal([["the first"], [], ["the third"]], packets.Take(3).Select(static p => p.Comments));
        Assert.All(packets, static p => Assert.Equal(["of all"], p.FileComments));

        // And they are kept.
        string ours = _traffic.NewFile("comments-kept.pcapng");
        using (CaptureFileWriter writer = CaptureFileWriter.Record(ours, CaptureFormat.PcapNg, replace: true))
        {
            Array.ForEach(packets, writer.Write);
        }

        string[] fields = ["-T", "fields", "-e", "frame.number", "-e", "frame.comment"];
        string[] said = CaptureProgram.Lines("tshark", ["-n", "-r", theirs, .. fields]);
        Assert.Equal("1\tthe first", said[0]);
        Assert.Equal(said, CaptureProgram.Lines("tshark", ["-n", "-r", ours, .. fields]));
        Assert.Contains("Capture comment:     of all", CaptureProgram.Lines("capinfos", "-M", "-k", ours));
    }

    [Fact]
    public void What_the_files_of_later_packets_say_stands_at_their_interfaces()
    {
        string[] files = [.. new[] { "one", "two" }.Select(name =>
        {
            string path = _traffic.NewFile($"says-{name}.pcapng");
            using CaptureFileWriter writer = CaptureFileWriter.Record(path, CaptureFormat.PcapNg, replace: true, comment: $"this is {name}");
            writer.Write(SocketPacket.Decode(1, 1, LinkType.Ethernet, Frames.All["tcp"].Bytes, Frames.All["tcp"].Bytes.Length, name));
            return path;
        })];
        SocketPacket[] packets = [.. files.SelectMany(CaptureProgram.Read), Frames.Decode(LinkType.Ethernet, Frames.All["udp"].Bytes)];
        string both = _traffic.NewFile("says-both.pcapng");
        using (CaptureFileWriter writer = CaptureFileWriter.Record(both, CaptureFormat.PcapNg, replace: true))
        {
            Array.ForEach(packets, writer.Write);
        }

        Assert.Equal(["one: this is one", "two: this is one, this is two", ": this is one"], CaptureProgram.Read(both).Select(static p => $"{p.Interface}: {string.Join(", ", p.FileComments)}"));
        Assert.Equal(["one", "two", "unknown"], CaptureProgram.Run("tshark", "-n", "-r", both, "-T", "fields", "-e", "frame.interface_name").Split('\n')[..3]);
        Assert.Equal(3, CaptureProgram.Lines("tcpdump", "-n", "-r", both).Length);

        // And once more, which changes nothing.
        string again = _traffic.NewFile("says-again.pcapng");
        using (CaptureFileWriter writer = CaptureFileWriter.Record(again, CaptureFormat.PcapNg, replace: true))
        {
            Array.ForEach(CaptureProgram.Read(both), writer.Write);
        }

        Assert.Equal(System.IO.File.ReadAllBytes(both), System.IO.File.ReadAllBytes(again));
    }

    private static void Same(SocketPacket[] expected, SocketPacket[] actual) => Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static string Text(SocketPacket packet) => string.Create(
        CultureInfo.InvariantCulture, $"{packet.Number} {packet.TimestampNanoseconds} {packet.LinkType} {packet.Length} {Convert.ToHexString(packet.Bytes)}");
}
