using System.Linq;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

public sealed class MalformedEndpointTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("unix:", "path is missing")]
    [InlineData("unix:@", "path is missing")]
    [InlineData("unixgram:", "path is missing")]
    [InlineData("unix:a\0b", "NUL")]
    [InlineData("/a\0b", "NUL")]
    [InlineData("http://localhost:80", "scheme")]
    [InlineData("://localhost:80", "scheme")]
    [InlineData("localhost", "port is missing")]
    [InlineData("localhost:", "port is missing")]
    [InlineData("tcp://", "port is missing")]
    [InlineData("tcp://localhost", "port is missing")]
    [InlineData("[::1]", "port is missing")]
    [InlineData("[::1]:", "port is missing")]
    [InlineData("[::1]80", "port is missing")]
    [InlineData("[::1:80", "not closed")]
    [InlineData("[]:80", "no IPv6 address")]
    [InlineData("[127.0.0.1]:80", "no IPv6 address")]
    [InlineData("[localhost]:80", "no IPv6 address")]
    [InlineData("[::g]:80", "no IPv6 address")]
    [InlineData("[[::1]]:80", "port is missing")]
    [InlineData("[[::1]:80", "no IPv6 address")]
    [InlineData("::1:80", "too many colons")]
    [InlineData("a:b:80", "too many colons")]
    [InlineData("tcp4://[::1]:80", "IPv4 scheme")]
    [InlineData("udp4://[::1]:80", "IPv4 scheme")]
    [InlineData("tcp6://127.0.0.1:80", "IPv6 scheme")]
    [InlineData("udp6://127.0.0.1:80", "IPv6 scheme")]
    [InlineData("a b:80", "character")]
    [InlineData("a/b:80", "character")]
    [InlineData("user@host:80", "character")]
    [InlineData("fe80::1%lo:80", "too many colons")]
    [InlineData("a\u001b:80", "character")]
    [InlineData("tcp://a:80/path", "neither")]
    [InlineData("**:80", "stands alone")]
    [InlineData("*.org:80", "stands alone")]
    [InlineData("a:65536", "out of range")]
    [InlineData("a:99999999999999999999", "out of range")]
    [InlineData("a:-1", "out of range")]
    [InlineData("a:+80", "out of range")]
    [InlineData("a:8 0", "neither")]
    [InlineData("a:80 ", "neither")]
    [InlineData("a:h\u00e9", "neither")]
    [InlineData("a:\u0668\u0660", "neither")]
    public void Text_that_is_no_endpoint_is_EINVAL_and_says_why(string text, string reason)
    {
        SocketEndpointFormatException error = Assert.Throws<SocketEndpointFormatException>(() => SocketEndpoint.Parse(text));

        Assert.Equal(Errno.EINVAL, error.Errno);
        Assert.Equal(text, error.Text);
        Assert.Contains(reason, error.Message);
        Assert.NotEmpty(error.Advice);
        Assert.False(SocketEndpoint.TryParse(text, out SocketEndpoint? none));
        Assert.Null(none);
    }

    [Theory]
    [InlineData("localhost:no-such-service")]
    [InlineData("udp://localhost:ssh-but-not")]
    [InlineData("a:-")]
    [InlineData("a:80x")]
    public void An_unknown_service_name_is_EAI_SERVICE(string text)
    {
        SocketEndpointFormatException error = Assert.Throws<SocketEndpointFormatException>(() => SocketEndpoint.Parse(text));

        Assert.Equal(Errno.EAI_SERVICE, error.Errno);
        Assert.Equal("EAI_SERVICE", error.ErrnoName);
    }

    [Fact]
    public void A_host_name_has_253_characters_at_most()
    {
        string longest = string.Join('.', Enumerable.Repeat(new string('a', 49), 5)) + ".aaa";
        Assert.Equal(253, longest.Length);

        Assert.Equal(longest, SocketEndpoint.Parse($"tcp://{longest}:80").Host);
        Fails.With(Errno.EINVAL, () => SocketEndpoint.Parse($"tcp://{longest}a:80"));
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m://a:1")]
    [InlineData("tcp://\u0007:1")]
    [InlineData("tcp://a:\u009b31m")]
    public void Control_characters_do_not_reach_the_message(string text)
    {
        SocketEndpointFormatException error = Assert.Throws<SocketEndpointFormatException>(() => SocketEndpoint.Parse(text));

        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void A_zone_has_no_control_characters()
    {
        Assert.Throws<SocketEndpointFormatException>(() => SocketEndpoint.Parse("[fe80::1%\u001b[31m]:80"));
        Assert.Throws<SocketEndpointFormatException>(() => SocketEndpoint.Parse("[fe80::1%a\u0007]:80"));
    }

    [Fact]
    public void A_null_text_is_no_endpoint()
    {
        Assert.False(SocketEndpoint.TryParse(null, out SocketEndpoint? none));
        Assert.Null(none);
    }
}
