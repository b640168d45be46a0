using System;
using System.Linq;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Messages;

public sealed class MessageFramingTests
{
    private const int Limit = SocketChannel.DefaultMaximumLength;

    [Theory]
    [InlineData("Byte", "", "00")]
    [InlineData("Byte", "hi", "026869")]
    [InlineData("UInt16", "hi", "00026869")]
    [InlineData("UInt16 little", "hi", "02006869")]
    [InlineData("UInt32", "hi", "000000026869")]
    [InlineData("UInt32 little", "hi", "020000006869")]
    [InlineData("Varint", "", "00")]
    [InlineData("Varint", "hi", "026869")]
    [InlineData("Line", "", "0A")]
    [InlineData("Line", "hi", "68690A")]
    [InlineData("Line utf-16", "", "0A00")]
    [InlineData("Delimiter abab", "hi", "686961626162")]
    [InlineData("Delimiter ; utf-16", "", "3B00")]
    public void A_frame_has_these_bytes_and_is_read_whole_but_not_a_byte_short(string name, string message, string hex)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] frame = Framings.Frame(framing, Encoding.ASCII.GetBytes(message));

        Assert.Equal(hex, Convert.ToHexString(frame));
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.Equal(MessageStatus.NeedMore, framing.Read(frame.AsSpan(0, length), Limit, 0, out MessageFrame needed));
            Assert.InRange(needed.Size, length + 1, frame.Length);
        }

        byte[] oneOver = [.. frame, 0xEE];
        Assert.Equal(MessageStatus.Complete, framing.Read(oneOver, Limit, 0, out MessageFrame found));
        Assert.Equal(frame.Length, found.Size);
        Assert.Equal(message, Encoding.ASCII.GetString(oneOver, found.Start, found.Length));
    }

    [Theory]
    [InlineData("Byte", 255)]
    [InlineData("UInt16", 65535)]
    [InlineData("UInt16 little", 65535)]
    public void The_longest_message_of_a_prefix_fits_and_one_byte_more_is_EMSGSIZE(string name, int longest)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] message = new byte[longest + 1];
        new Random(1).NextBytes(message);

        Assert.Null(framing.Refuse(message.AsSpan(0, longest), Limit));
        Assert.Equal(message[..longest], Assert.Single(Framings.ReadAll(framing, Framings.Frame(framing, message.AsSpan(0, longest)), Limit).Messages));
        SocketCallException refused = framing.Refuse(message, Limit)!;
        Assert.Equal(Errno.EMSGSIZE, refused.Errno);
        Assert.Contains($"{longest}", refused.Message);
        Assert.Contains($"{longest + 1}", refused.Message);
    }

    [Theory]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(300, "AC02")]
    [InlineData(16383, "FF7F")]
    [InlineData(16384, "808001")]
    [InlineData(2097152, "80808001")]
    [InlineData(268435456, "8080808001")]
    [InlineData(int.MaxValue, "FFFFFFFF07")]
    public void A_varint_is_that_of_protobuf(int length, string hex)
    {
        byte[] start = new byte[10];
        int count = MessageFraming.Of(SocketMessagePrefix.Varint).WriteStart(length, start);

        Assert.Equal(hex, Convert.ToHexString(start, 0, count));
        Assert.Equal(MessageStatus.NeedMore, MessageFraming.Of(SocketMessagePrefix.Varint).Read(start.AsSpan(0, count), int.MaxValue, 0, out MessageFrame frame));
        Assert.Equal(((ulong)length, count + (long)length), (frame.Announced, frame.Size));
    }

    [Theory]
    [InlineData("80808080808080808000", MessageStatus.Complete)] // padded with zeros, as protobuf takes it
    [InlineData("808080808080808080", MessageStatus.NeedMore)]
    [InlineData("FFFFFFFFFFFFFFFFFF01", MessageStatus.TooLong)] // 2^64 - 1
    [InlineData("FFFFFFFFFFFFFFFFFF02", MessageStatus.Malformed)] // 65 bits
    [InlineData("80808080808080808080", MessageStatus.Malformed)]
    [InlineData("FFFFFFFFFFFFFFFFFFFF", MessageStatus.Malformed)]
    [InlineData("8080808080808080808001", MessageStatus.Malformed)]
    public void A_varint_ends_within_ten_bytes_and_64_bits(string hex, MessageStatus status)
    {
        Assert.Equal(status, MessageFraming.Of(SocketMessagePrefix.Varint).Read(Convert.FromHexString(hex), Limit, 0, out MessageFrame frame));
        Assert.Equal(status == MessageStatus.TooLong ? ulong.MaxValue : 0, frame.Announced);
    }

    [Theory]
    [InlineData("Byte", "06", 6)]
    [InlineData("UInt16", "FFFF", 65535)]
    [InlineData("UInt32", "00000006", 6)]
    [InlineData("UInt32", "FFFFFFFF", uint.MaxValue)]
    [InlineData("UInt32", "80000000", 0x80000000)]
    [InlineData("UInt32 little", "00000001", 0x01000000)]
    [InlineData("Varint", "FFFFFFFF0F", uint.MaxValue)]
    public void A_prefix_above_the_limit_is_too_long_at_once(string name, string hex, ulong announced)
    {
        Assert.Equal(MessageStatus.TooLong, Framings.Get(name).Read(Convert.FromHexString(hex), 5, 0, out MessageFrame frame));
        Assert.Equal(announced, frame.Announced);
    }

    [Theory]
    [InlineData("12345\n", MessageStatus.Complete)]
    [InlineData("12345\r\n", MessageStatus.Complete)]
    [InlineData("12345\r", MessageStatus.NeedMore)]
    [InlineData("123456\n", MessageStatus.TooLong)]
    [InlineData("12345\r\r\n", MessageStatus.TooLong)]
    [InlineData("1234567", MessageStatus.TooLong)]
    public void A_line_has_the_limit_at_most_its_end_not_counted(string sent, MessageStatus status) =>
        Assert.Equal(status, Framings.Get("Line").Read(Encoding.ASCII.GetBytes(sent), 5, 0, out _));

    [Fact]
    public void Both_line_ends_are_taken_away_and_an_empty_line_is_an_empty_message() =>
        Assert.Equal(
            ["one", "two", "", "", "a\rb", "c\r"],
            Framings.ReadAll(Framings.Get("Line"), "one\ntwo\r\n\n\r\na\rb\nc\r\r\n"u8, Limit).Messages.Select(Encoding.ASCII.GetString));

    [Fact]
    public void In_UTF16_a_line_feed_counts_at_whole_code_units_only()
    {
        byte[] sent = Encoding.Unicode.GetBytes("a\u0a0a\u0d0ab\r\nc\n");

        Assert.Equal(["a\u0a0a\u0d0ab", "c"], Framings.ReadAll(Framings.Get("Line utf-16"), sent, Limit).Messages.Select(Encoding.Unicode.GetString));
    }

    [Theory]
    [InlineData("Line", "a\nb")]
    [InlineData("Line", "\n")]
    [InlineData("Line", "a\r")]
    [InlineData("Delimiter ;", "a;b")]
    [InlineData("Delimiter aa", "baab")]
    [InlineData("Delimiter aa", "a")]
    [InlineData("Delimiter aa", "ba")]
    [InlineData("Delimiter abab", "xab")]
    [InlineData("Delimiter ; utf-16", "odd")]
    public void A_message_that_the_receiver_would_see_as_another_is_EINVAL(string name, string message) =>
        Assert.Equal(Errno.EINVAL, Framings.Get(name).Refuse(Encoding.ASCII.GetBytes(message), Limit)!.Errno);

    [Theory]
    [InlineData("Line", "a\rb")]
    [InlineData("Delimiter ;", "a,b")]
    [InlineData("Delimiter aa", "ab")]
    [InlineData("Delimiter abab", "aba ")]
    [InlineData("Delimiter abab", "ba")]
    public void A_message_that_only_resembles_its_end_is_none_of_these(string name, string message)
    {
        MessageFraming framing = Framings.Get(name);
        byte[] bytes = Encoding.ASCII.GetBytes(message);

        Assert.Null(framing.Refuse(bytes, Limit));
        Assert.Equal(bytes, Assert.Single(Framings.ReadAll(framing, Framings.Frame(framing, bytes), Limit).Messages));
    }

    [Fact]
    public void A_message_above_the_limit_is_refused_in_every_framing() =>
        Assert.All(Framings.Names, static row =>
        {
            byte[] message = Encoding.ASCII.GetBytes("xyzxyz");
            Assert.Null(Framings.Get(row.Data).Refuse(message, 6));
            SocketCallException refused = Framings.Get(row.Data).Refuse(message, 5)!;
            Assert.Equal(Errno.EMSGSIZE, refused.Errno);
            Assert.Contains(" 6 bytes", refused.Message);
            Assert.Contains(" 5", refused.Message);
        });

    [Fact]
    public void What_makes_no_framing_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() => MessageFraming.Of(SocketMessagePrefix.Delimiter));
        Assert.Throws<ArgumentException>(() => MessageFraming.Of(SocketMessagePrefix.Varint, littleEndian: true));
        Assert.Throws<ArgumentException>(() => MessageFraming.Delimited([]));
        Assert.Throws<ArgumentException>(() => MessageFraming.Delimited("", Encoding.UTF8));
    }
}
