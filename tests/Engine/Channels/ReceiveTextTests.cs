using System.Linq;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class ReceiveTextTests
{
    public static TheoryData<string, string> Characters => new()
    {
        { "utf-8", "\u00e9" },
        { "utf-8", "\u20ac" },
        { "utf-8", "\U0001F600" },
        { "utf-16", "a" },
        { "utf-16", "\U0001F600" },
        { "utf-16BE", "\U0001F600" },
        { "utf-32", "a" },
        { "gb18030", "\u65e5" },
        { "gb18030", "\U00020000" },
        { "shift_jis", "\u65e5" },
    };

    [Theory]
    [MemberData(nameof(Characters))]
    public void Half_a_character_stays_in_the_channel_until_the_rest_comes(string name, string character)
    {
        Encoding encoding = Encodings.Get(name);
        byte[] bytes = encoding.GetBytes(character);
        byte[] before = encoding.GetBytes("x");
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            using ChannelPair pair = new(Transport.Abstract);
            pair.Client.Send([.. before, .. bytes[..cut]], Within.Ten);

            Assert.Equal("x", pair.Server.ReceiveText(encoding, Within.Ten));
            Assert.Equal(cut, pair.Server.Buffered);
            Fails.With(Errno.EWOULDBLOCK, () => pair.Server.ReceiveText(encoding, SocketWait.Never));

            pair.Client.Send([.. bytes[cut..], .. before], Within.Ten);
            Assert.Equal(character + "x", pair.Server.ReceiveText(encoding, Within.Ten));
        }
    }

    [Theory]
    [MemberData(nameof(Characters))]
    public void Half_a_character_at_the_end_of_the_stream_is_EILSEQ_and_stays(string name, string character)
    {
        Encoding encoding = Encodings.Get(name);
        byte[] half = encoding.GetBytes(character)[..^1];
        using ChannelPair pair = new();
        pair.Client.Send(half, Within.Ten);
        pair.Client.Close();

        SocketCallException error = Assert.Throws<SocketCallException>(() => pair.Server.ReceiveText(encoding, Within.Ten));

        Assert.Equal((Errno.EILSEQ, half.Length), (error.Errno, (int)error.BytesTransferred));
        Fails.With(Errno.EILSEQ, () => pair.Server.ReceiveAllText(encoding, 99, Within.Ten));
        Fails.With(Errno.EILSEQ, () => pair.Server.ReceiveRecord("\n", true, encoding, 99, Within.Ten));
        Assert.Equal(half, pair.Server.Receive(9, SocketWait.Never));
    }

    [Fact]
    public void Text_is_what_is_there_and_null_at_the_end()
    {
        using ChannelPair pair = new();
        pair.Client.Send("a\u00e9\n"u8, Within.Ten);

        Assert.Equal("a\u00e9\n", pair.Server.ReceiveText(TextFraming.Utf8, Within.Ten));
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Null(pair.Server.ReceiveText(TextFraming.Utf8, Within.Ten));
        Assert.True(pair.Server.EndOfStream);
    }

    [Fact]
    public void Bytes_that_can_be_no_character_are_replaced_and_do_not_hold_up_the_rest()
    {
        using ChannelPair pair = new();
        pair.Client.Send([0x61, 0xFF, 0x80, 0x62], Within.Ten);

        Assert.Equal("a\ufffd\ufffdb", pair.Server.ReceiveText(TextFraming.Utf8, Within.Ten));
    }

    [Fact]
    public void Text_of_64_KiB_in_pieces_comes_whole()
    {
        using ChannelPair pair = new();
        string sent = string.Concat(Enumerable.Repeat("a\u20ac", 40_000));
        using Waiter sender = Waiter.Start(stop =>
        {
            pair.Client.Send(Encoding.UTF8.GetBytes(sent), Within.Ten with { Stop = stop });
            pair.Client.Close();
        });

        StringBuilder received = new();
        while (pair.Server.ReceiveText(TextFraming.Utf8, Within.Ten) is { } part)
        {
            received.Append(part);
        }

        Assert.Equal(sent, received.ToString());
        sender.Finish();
    }
}
