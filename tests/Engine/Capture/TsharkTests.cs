using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Xml.Linq;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>Every field, with its place in the packet, is what tshark finds there; and of these protocols tshark finds no field that is left out here.</summary>
[Collection(nameof(RealTraffic))]
public sealed class TsharkTests
{
    private static readonly string[] s_options =
    [
        "ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE", "tcp.relative_sequence_numbers:FALSE", "tcp.analyze_sequence_numbers:FALSE",
        "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE",
    ];

    private readonly RealTraffic _traffic;

    public TsharkTests(RealTraffic traffic) => _traffic = traffic;

    [Fact]
    public void Every_field_of_real_traffic_is_equal()
    {
        int compared = _traffic.Files.Sum(f => Compare(f, CaptureProgram.Read(f)));
        Assert.True(compared > 2500, $"Only {compared} fields were compared.");
    }

    [Fact]
    public void Every_field_of_packets_made_by_hand_is_equal()
    {
        string file = _traffic.NewFile("by-hand.pcapng");
        using (CaptureFileWriter writer = CaptureFileWriter.Record(file, CaptureFormat.PcapNg, replace: true))
        {
            foreach ((LinkType link, byte[] bytes) in Frames.All.Values)
            {
                writer.Write(Frames.Decode(link, bytes));
            }
        }

        SocketPacket[] packets = CaptureProgram.Read(file);
        Assert.Equal(Frames.All.Count, packets.Length);
        Assert.All(packets, static p => Assert.Empty(p.Problems));
        int compared = Compare(file, packets);
        Assert.True(compared > 600, $"Only {compared} fields were compared.");
    }

    [Fact]
    public void Lengths_and_times_are_equal()
    {
        foreach (string file in _traffic.Files)
        {
            string[] theirs = CaptureProgram.Lines("tshark", "-n", "-r", file, "-T", "fields", "-e", "frame.number", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len");
            Assert.Equal(theirs, CaptureProgram.Read(file).Select(static p => string.Create(
                CultureInfo.InvariantCulture, $"{p.Number}\t{p.TimestampNanoseconds / 1_000_000_000}.{p.TimestampNanoseconds % 1_000_000_000:d9}\t{p.Length}\t{p.Bytes.Length}")));
        }
    }

    private static int Compare(string file, SocketPacket[] packets)
    {
        string xml = CaptureProgram.Run("tshark", [.. s_options.SelectMany(static o => new[] { "-o", o }), "-n", "-r", file, "-T", "pdml"]);
        XElement[] theirs = [.. XDocument.Parse(xml).Root!.Elements("packet")];
        Assert.Equal(theirs.Length, packets.Length);
        int compared = 0;
        for (int i = 0; i < packets.Length; i++)
        {
            TsharkField[] fields = [.. theirs[i].Elements("proto").Where(static p => p.Attribute("name")!.Value is not ("geninfo" or "frame")).Descendants("field").Select(TsharkField.Read)];
            HashSet<TsharkField> used = [];
            compared += Compare(packets[i], 0, fields, used);

            string[] left = [.. fields.Where(f => !f.Hidden && !used.Contains(f) && FieldNames.IsKnown(f.Name)).Select(f => $"{f}")];
            Assert.True(left.Length == 0, $"Packet {packets[i].Number}, {packets[i]}: not decoded: {string.Join(", ", left)}");
        }

        return compared;
    }

    // A quoted packet begins where the message of ICMP ends.
    private static int Compare(SocketPacket packet, int start, TsharkField[] theirs, HashSet<TsharkField> used)
    {
        int compared = 0;
        foreach (PacketLayer layer in packet.Layers)
        {
            // What an error of ICMP carries is compared as the packet that it is; of what else ICMP carries only that of an echo is plain data.
            bool shown = layer is not DataLayer || FieldNames.Before(layer) is not IcmpLayer { Identifier: null };
            foreach (PacketField field in shown ? layer.Fields : [])
            {
                compared++;
                CompareOne(packet, layer, field, start, theirs, used);
            }

            if (FieldNames.ChecksumStatus(layer) is { } status)
            {
                TsharkField? said = Array.Find(theirs, f => f.Name == status.Name && f.Position == start + status.Position);
                Assert.True(status.Valid is null || said is null || said.Show == (status.Valid.Value ? "1" : "0"), $"{packet}: {layer.Name}: the checksum is {status.Valid} here, and {said} there");
            }
        }

        return packet.Icmp?.Quoted is { } quoted ? compared + Compare(quoted, start + packet.Icmp.Offset + packet.Icmp.HeaderLength, theirs, used) : compared;
    }

    private static void CompareOne(SocketPacket packet, PacketLayer layer, PacketField field, int start, TsharkField[] theirs, HashSet<TsharkField> used)
    {
        string what = $"Packet {packet.Number}, {packet}: {layer.Name}.{field.Name} at {start + field.Offset}";
        string[]? names = FieldNames.Of(layer, field);
        Assert.True(names is not null, $"{what}: no field of tshark is known for it");
        foreach (string name in names)
        {
            // Of a quoted segment tshark has the sequence number under its other name.
            (string plain, object? value, int from, int length) = FieldNames.Part(start > 0 && name == "tcp.seq_raw" ? "tcp.seq" : name, field);
            TsharkField? found = Array.Find(theirs, f => f.Name == plain && f.Position <= start + from && start + from + length <= f.Position + f.Size);
            Assert.True(found is not null, $"{what}: tshark has no {plain} there");
            used.UnionWith(theirs.Where(f => f.Name == plain && f.Position == found.Position));
            Assert.True(Text(value) == found.Text, $"{what}: {Text(value)} here, and {found} there");
        }
    }

    private static string Text(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes).ToLowerInvariant(),
        bool bit => bit ? "1" : "0",
        Enum flags => Convert.ToInt64(flags, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        IPAddress address => address.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}

/// <summary>A field of PDML.</summary>
internal sealed record TsharkField(string Name, int Position, int Size, string Show, bool Hidden)
{
    /// <summary>What it says: numbers in decimal digits, bytes without colons.</summary>
    public string Text =>
        Show.StartsWith("0x", StringComparison.Ordinal) ? ulong.Parse(Show.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
        : Show is "True" or "False" ? (Show == "True" ? "1" : "0")
        : IsBytes ? Show.Replace(":", "", StringComparison.Ordinal)
        : Show;

    private bool IsBytes => FieldNames.IsBytes(Name) && Show.Split(':').All(static b => b.Length == 2);

    public static TsharkField Read(XElement field) => new(Value(field, "name"), Number(field, "pos"), Number(field, "size"), Value(field, "show"), Value(field, "hide") == "yes");

    public override string ToString() => $"{Name} = {Show} at {Position}+{Size}";

    private static string Value(XElement field, string name) => field.Attribute(name)?.Value ?? "";

    private static int Number(XElement field, string name) => int.TryParse(Value(field, name), CultureInfo.InvariantCulture, out int number) ? number : -1;
}
