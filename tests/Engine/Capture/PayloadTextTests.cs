using System.Linq;
using System.Text;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests.Capture;

public sealed class PayloadTextTests
{
    [Theory]
    [InlineData("hello", "\"hello\"")]
    [InlineData("", "\"\"")]
    [InlineData("a\r\n\tb\0", "\"a\\r\\n\\tb\\0\"")]
    [InlineData("say \"hi\" \\", "\"say \\\"hi\\\" \\\\\"")]
    [InlineData("\u001b[31m\u007f\b", "\"\\x1b[31m\\x7f\\x08\"")]
    [InlineData("你好", "\"你好\"")]
    [InlineData("é", "\"é\"")]
    [InlineData("e\u0301", "\"e\\xcc\\x81\"")] // a combining accent stands on what is before it
    [InlineData("\u202egnp", "\"\\xe2\\x80\\xaegnp\"")] // turns the line around
    [InlineData("שלום", "\"\\xd7\\xa9\\xd7\\x9c\\xd7\\x95\\xd7\\x9d\"")]
    [InlineData("a\u200bb\u00a0c", "\"a\\xe2\\x80\\x8bb\\xc2\\xa0c\"")]
    [InlineData("\u2028\uFEFF\uFFFF", "\"\\xe2\\x80\\xa8\\xef\\xbb\\xbf\\xef\\xbf\\xbf\"")]
    [InlineData("😀", "\"😀\"")]
    public void Text_shows_as_itself_and_the_rest_as_escapes(string sent, string shown) => Assert.Equal(shown, PayloadText.Quote(Encoding.UTF8.GetBytes(sent), 80));

    [Theory]
    [InlineData(new byte[] { 0x41, 0xFF, 0xC3 }, "\"A\\xff\\xc3\"")]
    [InlineData(new byte[] { 0xC0, 0x80, 0xED, 0xA0, 0x80 }, "\"\\xc0\\x80\\xed\\xa0\\x80\"")]
    public void Bytes_that_are_no_text_are_escaped(byte[] sent, string shown) => Assert.Equal(shown, PayloadText.Quote(sent, 80));

    [Theory]
    [InlineData("12345678", 10, "\"12345678\"")]
    [InlineData("12345678", 9, "\"123456…\"")]
    [InlineData("1234567\n", 10, "\"1234567…\"")]
    [InlineData("你好你好", 10, "\"你好你好\"")]
    [InlineData("你好你好", 9, "\"你好你…\"")]
    [InlineData("\n", 3, "\"…\"")]
    public void What_does_not_fit_is_cut_and_an_escape_is_never_cut(string sent, int columns, string shown)
    {
        string quoted = PayloadText.Quote(Encoding.UTF8.GetBytes(sent), columns);
        Assert.Equal(shown, quoted);
        Assert.True(PayloadText.Width(quoted) <= columns);
    }

    [Fact]
    public void Any_bytes_fit_into_any_width_and_have_no_character_that_moves_others()
    {
        System.Random random = new(9734);
        byte[] bytes = new byte[40];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            byte[] sent = i % 2 == 0 ? bytes : Encoding.UTF8.GetBytes(string.Concat(bytes.Select(b => char.ConvertFromUtf32(b * 257 % 0xD800))));
            int columns = random.Next(3, 60);
            string quoted = PayloadText.Quote(sent, columns);
            Assert.InRange(PayloadText.Width(quoted), 2, columns);
            Assert.DoesNotContain(quoted.EnumerateRunes(), static r => Rune.GetUnicodeCategory(r) is
                System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.Surrogate);
        }
    }
}
