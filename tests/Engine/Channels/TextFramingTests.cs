using System;
using System.Linq;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class TextFramingTests
{
    public static TheoryData<string> Unicode => ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"];

    public static TheoryData<string> Multibyte => ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE", "gb18030", "shift_jis", "big5", "euc-jp"];

    [Theory]
    [InlineData("", -1)]
    [InlineData("ab", -1)]
    [InlineData("ab\r", -1)]
    [InlineData("ab\r\n", 2)]
    [InlineData("ab\r\nc", 2)]
    [InlineData("\r\n", 0)]
    [InlineData("\r\r\n", 1)]
    [InlineData("\n\r", -1)]
    public void A_delimiter_is_found_when_all_of_it_is_there(string data, int position) =>
        Assert.Equal(position, TextFraming.Find(Encoding.ASCII.GetBytes(data), "\r\n"u8, 1, 0));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_delimiter_that_came_in_two_reads_is_found_wherever_it_was_cut(int searched) =>
        Assert.Equal(2, TextFraming.Find("abEND"u8, "END"u8, 1, searched));

    [Theory]
    [MemberData(nameof(Unicode))]
    public void A_line_feed_is_found_at_whole_characters_only(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] end = encoding.GetBytes("\n");

        // In each byte order some of these neighbours have 0A and 00 side by side, in different characters.
        foreach (string text in new[] { "\u0a00\n", "\u0100\u0a0a\n", "\u0a61\u6100\n", "\u010a\u0001\n", "\u000d\u0a00\u000b\n", "\U00010a00\U0001000a\n" })
        {
            byte[] data = encoding.GetBytes(text);
            Assert.Equal(data.Length - end.Length, TextFraming.Find(data, end, TextFraming.UnitOf(encoding), 0));
            Assert.Equal(-1, TextFraming.Find(data.AsSpan(..^1), end, TextFraming.UnitOf(encoding), 0));
        }
    }

    [Theory]
    [MemberData(nameof(Unicode))]
    public void A_search_may_go_on_from_any_byte(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] end = encoding.GetBytes("\r\n");
        byte[] data = encoding.GetBytes("\u0a0dx\u0d0a\r\n");
        for (int from = 0; from < data.Length; from++)
        {
            Assert.Equal(data.Length - end.Length, TextFraming.Find(data, end, TextFraming.UnitOf(encoding), from));
        }
    }

    [Theory]
    [InlineData("utf-8", 1)]
    [InlineData("utf-16", 2)]
    [InlineData("utf-16BE", 2)]
    [InlineData("utf-32", 4)]
    [InlineData("utf-32BE", 4)]
    [InlineData("us-ascii", 1)]
    [InlineData("iso-8859-1", 1)]
    [InlineData("gb18030", 1)]
    public void A_code_unit_has_its_bytes(string name, int unit) => Assert.Equal(unit, TextFraming.UnitOf(Encodings.Get(name)));

    [Theory]
    [MemberData(nameof(Multibyte))]
    public void Every_cut_of_a_text_keeps_whole_characters_and_leaves_less_than_one(string name)
    {
        Encoding encoding = Encodings.Get(name);
        string text = name switch
        {
            "shift_jis" or "euc-jp" => "a\u65e5\uff71b\u672c\u30bd",
            "big5" => "a\u4e2d\u6587b\u529f",
            _ => "a\u00e9\u20ac\U0001F600\u65e5b\U00020000\u0301",
        };
        byte[] data = encoding.GetBytes(text);
        Assert.Equal(text, encoding.GetString(data));
        int[] starts = [.. Enumerable.Range(0, text.Length + 1).Where(n => n == text.Length || !char.IsLowSurrogate(text[n]))
            .Select(n => encoding.GetByteCount(text[..n]))];

        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(starts.Last(s => s <= length), TextFraming.WholeCharacters(data.AsSpan(0, length), encoding));
        }
    }

    [Theory]
    [InlineData("C3", 0)]
    [InlineData("C3A9", 2)]
    [InlineData("E282", 0)]
    [InlineData("E282AC", 3)]
    [InlineData("F0", 0)]
    [InlineData("F09F", 0)]
    [InlineData("F09F98", 0)]
    [InlineData("F09F9880", 4)]
    [InlineData("41C3", 1)]
    [InlineData("41F09F98", 1)]
    [InlineData("80", 1)]
    [InlineData("808080808080", 6)]
    [InlineData("C0", 1)]
    [InlineData("FF", 1)]
    [InlineData("E080", 2)]
    [InlineData("EDA0", 2)]
    [InlineData("F490", 2)]
    [InlineData("F8888080", 4)]
    public void Bytes_of_UTF8_wait_for_more_only_while_they_can_become_a_character(string hex, int whole) =>
        Assert.Equal(whole, TextFraming.WholeCharacters(Convert.FromHexString(hex), TextFraming.Utf8));

    [Theory]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("windows-1252")]
    public void A_single_byte_encoding_has_no_half_characters(string name) =>
        Assert.Equal(2, TextFraming.WholeCharacters([0xE9, 0xC3], Encodings.Get(name)));

    [Fact]
    public void UTF8_here_writes_no_byte_order_mark() => Assert.Empty(TextFraming.Utf8.GetPreamble());
}
