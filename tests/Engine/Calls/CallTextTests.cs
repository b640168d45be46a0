using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Calls;

public sealed class CallTextTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("A", "\"A\"")]
    [InlineData("a\nb\r\t", "\"a\\nb\\r\\t\"")]
    [InlineData("\"\\", "\"\\\"\\\\\"")]
    [InlineData("\0", "\"\\0\"")]
    [InlineData("\u0001\u0031", "\"\\0011\"")]
    [InlineData("\u0001a", "\"\\1a\"")]
    [InlineData("\u007f", "\"\\177\"")]
    [InlineData("\u00ff", "\"\\377\"")]
    public void Bytes_are_escaped_as_strace_does(string bytes, string text) =>
        Assert.Equal(text, CallText.Data(Encoding.Latin1.GetBytes(bytes)));

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, false)]
    [InlineData(33, true)]
    public void More_than_32_bytes_are_cut(int length, bool cut)
    {
        string text = CallText.Data([.. Enumerable.Repeat((byte)'x', length)]);

        Assert.Equal($"\"{new string('x', cut ? 32 : length)}\"{(cut ? "..." : "")}", text);
    }

    [Fact]
    public void Addresses_show_the_fields_of_their_sockaddr_and_its_length()
    {
        Assert.Equal(
            "{sa_family=AF_INET, sin_port=htons(9734), sin_addr=inet_addr(\"127.0.0.1\")}, 16",
            CallText.Address(new IPEndPoint(IPAddress.Loopback, 9734)));
        Assert.Equal(
            "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"fe80::1\", &sin6_addr), sin6_scope_id=2}, 28",
            CallText.Address(new IPEndPoint(IPAddress.Parse("fe80::1%2"), 80)));
        Assert.Equal("{sa_family=AF_UNIX, sun_path=\"server_socket\"}, 16", CallText.Address(new UnixDomainSocketEndPoint("server_socket")));
        Assert.Equal("{sa_family=AF_UNIX, sun_path=@\"name\"}, 7", CallText.Address(new UnixDomainSocketEndPoint("\0name")));
        Assert.Equal("NULL, NULL", CallText.Address(null));
    }

    [Fact]
    public void A_record_is_the_line_of_strace()
    {
        Assert.Equal("close(3) = 0", new SystemCallRecord("close", "3", 0, Errno.None).ToString());
        Assert.Equal("recv(3) = -1 ECONNRESET (Connection reset by peer)", new SystemCallRecord("recv", "3", -1, Errno.ECONNRESET).ToString());
        Assert.Equal("x() = -1 E9999 (Error 9999)", new SystemCallRecord("x", "", -1, (Errno)9999).ToString());
    }
}
