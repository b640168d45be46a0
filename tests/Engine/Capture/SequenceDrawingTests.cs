using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>The three forms of a drawing: what they say, their bounds, and that nothing a peer sends gets out of its place.</summary>
public sealed class SequenceDrawingTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Hostile =>
    [
        "</text></svg><script>alert(1)</script>", "]]>&lt;&amp;&#x0;", "; C->>S: forged", "# a comment", "%%{init: {'theme':'dark'}}%%", "$$x$$", "<br/><img src=x onerror=alert(1)>",
        "\n    end\nNote over C: forged", "\u001b]0;title\a\u001b[2J", "end", "#59;#35;", "\u202e\u2066\uFFFE", "`\"'", "wrap: x", "\\u0041",
    ];

    [Fact]
    public void The_text_says_who_what_and_in_which_state()
    {
        string expected = """
            TCP 127.0.0.1:50124 to 127.0.0.1:9734
            Three-way handshake, 1 byte to the server, four-way close.

                  ms          client                                      server
                           CLOSED │                                          │ LISTEN
                                  │·········· Three-way handshake ···········│
               0.000     SYN_SENT │── SYN Seq=0 ────────────────────────────>│ SYN_RECEIVED
               0.100  ESTABLISHED │<── SYN ACK Seq=0 Ack=1 ──────────────────│
                                  │   Ack = Seq + 1: the SYN counts as one.  │
               0.200              │── ACK Seq=1 Ack=1 ──────────────────────>│ ESTABLISHED
                                  │·················· Data ··················│
               0.300              │── PSH ACK Seq=1 Ack=1 Len=1 "A" ──X      │
                                  │   No ACK in time: it is sent again.      │
             204.300              │── PSH ACK Seq=1 Ack=1 Len=1 "A" ────────>│
                                  │   Retransmission, 204 ms later.          │
             204.400              │<── ACK Seq=1 Ack=2 ──────────────────────│
                                  │   Ack = Seq + Len: the next expected.    │
                                  │············· Four-way close ·············│
             204.500   FIN_WAIT_1 │── FIN ACK Seq=2 Ack=1 ──────────────────>│ CLOSE_WAIT
             204.600   FIN_WAIT_2 │<── ACK Seq=1 Ack=3 ──────────────────────│
                                  │   Ack = Seq + 1: the FIN counts as one.  │
             204.700    TIME_WAIT │<── FIN ACK Seq=1 Ack=3 ──────────────────│ LAST_ACK
             204.800              │── ACK Seq=3 Ack=2 ──────────────────────>│ CLOSED

            The client closed first, so it stays in TIME_WAIT: 60 seconds on Linux, then
            CLOSED.
            """;
        SocketSequence sequence = new Talk().Handshake().C("PSH ACK", 1, 1, "A").C("PSH ACK", 1, 1, "A", after: 204).S("ACK", 1, 2).Close(2, 1).Sequence();
        string[] lines = [.. expected.ReplaceLineEndings("\n").Split('\n')];
        Assert.Equal(lines.Select(static l => Regex.Replace(l, " +", " ")).Select(static l => l.Trim()), sequence.Text.Replace("1 retransmission, ", "").Split('\n').Select(static l => Regex.Replace(l, " +", " ").Trim()));
        Aligned(sequence);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Nothing_that_a_peer_sends_gets_out_of_the_picture(string payload)
    {
        Talk talk = new Talk().Handshake().C("PSH ACK", 1, 1, payload).S("ACK", 1, 1 + Encoding.UTF8.GetByteCount(payload));
        talk.Datagram(talk.Client, talk.Server, Encoding.UTF8.GetBytes(payload));
        foreach (SocketSequence sequence in SocketSequence.FromPackets(talk.Packets))
        {
            Aligned(sequence);
            XDocument svg = Parse(sequence.Svg);
            Assert.Equal(["desc", "path", "rect", "style", "svg", "text", "title"], svg.Descendants().Select(static e => e.Name.LocalName).Distinct().Order());
            string shown = PayloadText.Quote(Encoding.UTF8.GetBytes(payload), 32);
            Assert.Contains(svg.Descendants(s_svg + "text"), e => e.Value.Contains(shown[..Math.Min(12, shown.Length - 2)], StringComparison.Ordinal));
            Proper(sequence.Mermaid);
            Assert.Contains(shown[1..^1].TrimEnd('…'), Unescape(sequence.Mermaid), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Long_addresses_and_absolute_numbers_stay_within_80_columns()
    {
        Talk talk = new()
        {
            Client = IPEndPoint.Parse("[2001:db8:1234:5678:9abc:def0:1234:5678]:65535"),
            Server = IPEndPoint.Parse("[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65534"),
            ClientNumber = 4_000_000_000,
            ServerNumber = 4_100_000_000,
        };
        talk.Handshake().C("FIN PSH URG ACK ECE CWR", 1, 1, new string('x', 1400)).S("ACK", 1, 1402, options: [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0], after: 12_345_678);
        foreach (bool absolute in new[] { true, false })
        {
            SocketSequence sequence = talk.Sequence(new() { AbsoluteSequenceNumber = absolute, Recording = new("x", new string('d', 300), DateTimeOffset.UnixEpoch, "a system") });
            Aligned(sequence);
            Inside(Parse(sequence.Svg));
        }
    }

    [Fact]
    public void The_picture_is_named_and_needs_nothing_beside_it()
    {
        SocketSequence sequence = new Talk().Handshake().Close().Sequence();
        XDocument svg = Parse(sequence.Svg);
        Assert.Equal("img", svg.Root!.Attribute("role")!.Value);
        Assert.Equal("TCP 127.0.0.1:50124 to 127.0.0.1:9734", svg.Root.Element(s_svg + "title")!.Value);
        Assert.Equal(svg.Root.Elements().First(), svg.Root.Element(s_svg + "title"));
        Assert.Equal("Three-way handshake, four-way close.", svg.Root.Element(s_svg + "desc")!.Value);
        Assert.DoesNotContain("url(", sequence.Svg);
        Assert.DoesNotContain("href", sequence.Svg);
        Assert.DoesNotContain(svg.Descendants().Attributes(), static a => a.Name == "id" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Contains("prefers-color-scheme:dark", sequence.Svg);
        string sheet = svg.Root.Element(s_svg + "style")!.Value;
        foreach (string name in svg.Descendants().Attributes("class").SelectMany(static a => a.Value.Split(' ')).Where(static c => c is not ("" or "socket-sequence")).Distinct())
        {
            Assert.Contains($".{name}", sheet);
        }

        string[] states = ["CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT"];
        Assert.All(states, state => Assert.Contains(svg.Descendants(s_svg + "text"), e => e.Value == state));
        Inside(svg);
    }

    [Fact]
    public void A_recording_is_labelled_in_every_form()
    {
        SocketSequenceRecording recording = new("Some", "what happens.", new(2026, 11, 21, 23, 30, 0, TimeSpan.FromHours(-5)), "Linux 6.18");
        SocketSequence sequence = new Talk().Handshake().Sequence(new() { Recording = recording });
        Assert.Same(recording, sequence.Recording);
        Assert.Equal("Recording of 2026-11-22 on Linux 6.18: what happens.", recording.ToString());
        Assert.Contains("Recording of 2026-11-22 on Linux 6.18: what happens.", sequence.Text);
        Assert.Contains("Recording of 2026-11-22 on Linux 6.18:", sequence.Mermaid);
        Assert.Contains(Parse(sequence.Svg).Descendants(s_svg + "text"), static e => e.Value.StartsWith("Recording of 2026-11-22 on Linux 6.18", StringComparison.Ordinal));
        Assert.DoesNotContain("Recording", new Talk().Handshake().Sequence().ToString(SocketSequenceFormat.Svg));
    }

    [Fact]
    public void Mermaid_has_the_states_and_a_cross_for_what_did_not_arrive()
    {
        string[] lines = [.. new Talk().C("SYN", 0).C("SYN", 0, after: 1000).S("SYN ACK", 0, 1).Sequence().Mermaid.Split('\n').Select(static l => l.Trim())];
        Assert.Equal("sequenceDiagram", lines[0]);
        Assert.Contains("C-xS: SYN Seq=0<br/>No answer in time: it is sent again.", lines);
        Assert.Contains("C->>S: SYN Seq=0<br/>Retransmission, 1.0 s later.", lines);
        Assert.Equal(["Note left of C: CLOSED", "Note left of C: SYN_SENT", "Note left of C: ESTABLISHED"], lines.Where(static l => l.StartsWith("Note left", StringComparison.Ordinal)));
        Assert.Equal(["Note right of S: LISTEN", "Note right of S: SYN_RECEIVED"], lines.Where(static l => l.StartsWith("Note right", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(1000)]
    public void A_long_capture_is_folded_and_says_so(int most)
    {
        Talk talk = new Talk().Handshake();
        for (int i = 0; i < 200; i++)
        {
            talk.C("ACK", 1 + (10 * i), 1, "0123456789").S("ACK", 1, 11 + (10 * i));
        }

        SocketSequence sequence = talk.Close(2001).Sequence(new() { MaximumSteps = most });
        Assert.Equal(407, sequence.Steps.Count);
        int arrows = sequence.Text.Split('\n').Count(static l => l.Contains("Seq=", StringComparison.Ordinal) && l.Contains('─', StringComparison.Ordinal));
        Assert.InRange(arrows, 2, most);
        Assert.Equal(arrows, Regex.Count(sequence.Mermaid, "->>"));
        Assert.Equal(arrows, Parse(sequence.Svg).Descendants(s_svg + "text").Count(static e => e.Value.Contains("Seq=", StringComparison.Ordinal) && !e.Value.Contains(" = ", StringComparison.Ordinal)));
        Assert.Equal(most < 407, sequence.Text.Contains($"{arrows} steps of 407 are drawn.", StringComparison.Ordinal));
        Assert.Equal(most < 407, sequence.Mermaid.Contains("not drawn", StringComparison.Ordinal));
        Assert.Contains("TIME_WAIT", sequence.Text);
        Assert.Contains("2,000 bytes to the server", sequence.Summary);
        Aligned(sequence);
    }

    [Fact]
    public void A_fold_keeps_the_handshake_the_close_and_what_is_remarkable()
    {
        Talk talk = new Talk().Handshake();
        for (int i = 0; i < 100; i++)
        {
            talk.C("ACK", 1 + i, 1, "x").S("ACK", 1, 2 + i);
        }

        SocketSequence sequence = talk.C("ACK", 101, 1, "y").C("ACK", 101, 1, "y", after: 200).S("ACK", 1, 102).Close(102).Sequence();
        Assert.Contains("SYN Seq=0", sequence.Text);
        Assert.Contains("Retransmission, 200 ms later.", sequence.Text);
        Assert.Contains("segments not drawn", sequence.Text);
        Assert.Contains("LAST_ACK", sequence.Text);
    }

    /// <summary>Lines of at most 79 columns, with both lanes below each other.</summary>
    internal static void Aligned(SocketSequence sequence)
    {
        foreach (string line in sequence.Text.Split('\n'))
        {
            Assert.True(PayloadText.Width(line) <= 79, $"{PayloadText.Width(line)} columns: {line}");
            Assert.Equal(line, line.TrimEnd());
            Assert.DoesNotContain(line, static c => char.IsControl(c));
            int first = line.IndexOf('│', StringComparison.Ordinal);
            if (first >= 0 && line.EndsWith('│') | line.Count(static c => c == '│') == 2)
            {
                Assert.Equal(22, first);
                Assert.Equal(65, PayloadText.Width(line[..line.LastIndexOf('│')]));
            }
        }
    }

    internal static XDocument Parse(string svg)
    {
        using XmlReader reader = XmlReader.Create(new System.IO.StringReader(svg), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader);
    }

    /// <summary>Every line is one of the few kinds that the drawing is made of, with nothing in its text that Mermaid would take for more.</summary>
    internal static void Proper(string mermaid)
    {
        string[] lines = mermaid.Split('\n');
        Assert.Equal("sequenceDiagram", lines[0]);
        Regex text = new(@"^(\w|[ .,=+\-:/()]|<br/>|#\d+;)*$");
        int depth = 0;
        foreach (string line in lines.Skip(1))
        {
            Match match = Regex.Match(line, @"^    (?:(?:accTitle|accDescr): |participant [CS] as |[CS](?:->>|-x)[CS]: |Note (?:left of C|right of S|over C,S): )(.*)$");
            Match part = Regex.Match(line, @"^    (?:rect rgba\([0-9., ]+\)|end)$");
            Assert.True(match.Success || part.Success, line);
            Assert.True(part.Success || text.IsMatch(match.Groups[1].Value), line);
            depth += !part.Success ? 0 : line.EndsWith("end", StringComparison.Ordinal) ? -1 : 1;
            Assert.InRange(depth, 0, 1);
        }

        Assert.Equal(0, depth);
    }

    // No element begins outside the picture; texts are measured by their characters.
    private static void Inside(XDocument svg)
    {
        double width = double.Parse(svg.Root!.Attribute("width")!.Value);
        double height = double.Parse(svg.Root.Attribute("height")!.Value);
        foreach (XElement text in svg.Descendants(s_svg + "text"))
        {
            double size = text.Attribute("class")?.Value.Contains("title", StringComparison.Ordinal) == true ? 9.6 : 7.23;
            double length = PayloadText.Width(text.Value) * size;
            double x = double.Parse(text.Attribute("x")!.Value);
            double left = text.Attribute("text-anchor")?.Value switch { "middle" => x - (length / 2), "end" => x - length, _ => x };
            Assert.True(left >= 0 && left + length <= width + 1, $"{left} to {left + length}: {text.Value}");
            Assert.InRange(double.Parse(text.Attribute("y")!.Value), 0, height);
        }
    }

    private static string Unescape(string mermaid) => Regex.Replace(mermaid, @"#(\d+);", static m => char.ConvertFromUtf32(int.Parse(m.Groups[1].Value)));
}
