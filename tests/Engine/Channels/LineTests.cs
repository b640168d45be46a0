using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class LineTests
{
    private const int Limit = SocketChannel.DefaultMaximumLength;

    public static TheoryData<string> EveryEncoding => ["utf-8", "utf-16", "utf-16BE", "utf-32", "gb18030", "shift_jis"];

    [Theory]
    [MemberData(nameof(EveryEncoding))]
    public void Any_text_cut_in_any_pieces_comes_back_whole_as_lines(string name)
    {
        Encoding encoding = Encodings.Get(name);
        string[] pieces = name == "shift_jis"
            ? ["a", "\n", "\r\n", "\r", "\u65e5", "\u30bd", "\uff71"]
            : ["a", "\n", "\r\n", "\r", "\u00e9", "\u20ac", "\U0001F600", "\u0a00", "\u000a\u010a", "\u0d0a"];
        Gen<(string Text, int[] Cuts)> cases = Gen.Elements(pieces).ArrayOf()
            .SelectMany(static parts => Gen.Choose(1, 7).ArrayOf().Select(cuts => (string.Concat(parts), cuts)));

        Check.One(Fixed.Seed(60), Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using ChannelPair pair = new(Transport.Abstract);
            return Lines(c.Text).SequenceEqual(ReceivedInPieces(pair, encoding.GetBytes(c.Text), c.Cuts, encoding));
        }));
    }

    [Fact]
    public void Lines_end_with_LF_or_CRLF_and_the_last_one_with_the_stream()
    {
        using ChannelPair pair = new();
        pair.Client.Send("one\ntwo\r\n\nthree\r\r\nlast\r"u8, Within.Ten);
        pair.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.Equal(["one", "two", "", "three\r", "last\r", null], Enumerable.Range(0, 6).Select(_ => Line(pair.Server)));
        Assert.True(pair.Server.EndOfStream);
    }

    [Fact]
    public void A_delimiter_cut_at_every_position_ends_its_record()
    {
        byte[] data = Encoding.ASCII.GetBytes("one<END>two<EN<END>");
        for (int cut = 1; cut < data.Length; cut++)
        {
            using ChannelPair pair = new(Transport.Abstract);
            List<string> records = ReceivedInPieces(pair, data, [cut, data.Length], Encoding.ASCII, "<END>");

            Assert.Equal(["one", "two<EN"], records);
        }
    }

    [Theory]
    [InlineData("12345\n", "12345")]
    [InlineData("12345\r\n", "12345")]
    [InlineData("1234\n", "1234")]
    [InlineData("123456\n", null)]
    [InlineData("12345\r\r\n", null)]
    [InlineData("12345678", null)]
    public void A_line_has_the_maximum_length_at_most_its_end_not_counted(string sent, string? line)
    {
        using ChannelPair pair = new();
        pair.Client.Send(Encoding.ASCII.GetBytes(sent), Within.Ten);

        if (line is not null)
        {
            Assert.Equal(line, pair.Server.ReceiveRecord("\n", line: true, TextFraming.Utf8, 5, Within.Ten));
            return;
        }

        Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveRecord("\n", line: true, TextFraming.Utf8, 5, Within.Ten));
        Assert.Equal(sent, Encoding.ASCII.GetString(pair.Server.ReceiveExactly(sent.Length, Within.Ten)));
    }

    [Fact]
    public void A_rest_without_an_end_has_the_maximum_length_at_most_too()
    {
        using ChannelPair pair = new();
        pair.Client.Send("123456"u8, Within.Ten);
        pair.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Fails.With(Errno.EMSGSIZE, () => pair.Server.ReceiveRecord("\n", true, TextFraming.Utf8, 5, Within.Ten));
        Assert.Equal("123456", pair.Server.ReceiveRecord("\n", true, TextFraming.Utf8, 6, Within.Ten));
    }

    [Fact]
    public void A_line_not_yet_ended_stays_for_the_next_call()
    {
        using ChannelPair pair = new();
        pair.Client.Send("par"u8, Within.Ten);

        Fails.With(Errno.ETIMEDOUT, () => pair.Server.ReceiveRecord("\n", true, TextFraming.Utf8, Limit, Within.Short));
        Assert.Equal(3, pair.Server.Buffered);
        pair.Client.Send("tial\n"u8, Within.Ten);

        Assert.Equal("partial", Line(pair.Server));
    }

    [Fact]
    public void A_delimiter_leaves_the_carriage_return_and_an_empty_one_is_refused()
    {
        using ChannelPair pair = new();
        pair.Client.Send("a\r\nb"u8, Within.Ten);

        Assert.Equal("a\r", pair.Server.ReceiveRecord("\n", line: false, TextFraming.Utf8, Limit, Within.Ten));
        Assert.Throws<ArgumentException>(() => pair.Server.ReceiveRecord("", false, TextFraming.Utf8, Limit, Within.Ten));
        Assert.Equal("b"u8, pair.Server.Receive(10, Within.Ten)!);
    }

    private static string? Line(SocketChannel channel) => channel.ReceiveRecord("\n", line: true, TextFraming.Utf8, Limit, Within.Ten);

    // Sends piece by piece, and after each takes every line that is there.
    private static List<string> ReceivedInPieces(ChannelPair pair, byte[] data, int[] cuts, Encoding encoding, string delimiter = "\n")
    {
        List<string> records = [];
        int from = 0;
        for (int i = 0; from < data.Length; i++)
        {
            int to = cuts.Length == 0 ? data.Length : Math.Min(data.Length, from + cuts[i % cuts.Length]);
            pair.Client.Send(data.AsSpan(from..to), Within.Ten);
            from = to;
            if (from == data.Length)
            {
                pair.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            }

            try
            {
                while (pair.Server.ReceiveRecord(delimiter, delimiter == "\n", encoding, Limit, SocketWait.Never) is { } record)
                {
                    records.Add(record);
                }
            }
            catch (SocketCallException e) when (e.Errno == Errno.EWOULDBLOCK)
            {
                // The next piece has not been sent yet.
            }
        }

        return records;
    }

    private static IEnumerable<string> Lines(string text)
    {
        string[] parts = text.Split('\n');
        for (int i = 0; i < parts.Length - 1; i++)
        {
            yield return parts[i].EndsWith('\r') ? parts[i][..^1] : parts[i];
        }

        if (parts[^1].Length > 0)
        {
            yield return parts[^1];
        }
    }
}
