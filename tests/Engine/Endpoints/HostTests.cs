using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

/// <summary>A host without a port, as Resolve-SocketEndpoint and Test-SocketPort take it.</summary>
public sealed class HostTests
{
    private static readonly Gen<string> s_pieces = Gen.Elements(
        "tcp", "udp6", "tls", "unix", ":", "://", "/", "~", "@", "*", "[", "]", "[::1]", "%", "::", "fe80::1%1", "::ffff:1.2.3.4", "localhost", "127.0.0.1", "a.b", ":80", "80", "-", ".", " ",
        "\0", "\n", "\u001b[31m", "\u202e", "\ud83d", "\u00fc", "\uff0e", "\\", "#");

    [Theory]
    [InlineData("localhost", "tcp://localhost:0")]
    [InlineData("a_b.example.", "tcp://a_b.example.:0")]
    [InlineData("b\u00fccher.example", "tcp://b\u00fccher.example:0")]
    [InlineData("127.0.0.1", "tcp://127.0.0.1:0")]
    [InlineData("::1", "tcp://[::1]:0")]
    [InlineData("::", "tcp://[::]:0")]
    [InlineData("[::1]", "tcp://[::1]:0")]
    [InlineData("::1:80", "tcp://[::1:80]:0")]
    [InlineData("fe80::1%lo", "tcp://[fe80::1%lo]:0")]
    [InlineData("udp://localhost", "udp://localhost:0")]
    [InlineData("tcp6://::1", "tcp6://[::1]:0")]
    [InlineData("tcp://", "tcp://:0")]
    [InlineData("*", "tcp://*:0")]
    [InlineData("unix:/run/a", "unix:/run/a")]
    [InlineData("./a", "unix:./a")]
    public void A_host_is_an_endpoint_at_port_0_and_a_path_one_by_itself(string text, string endpoint)
    {
        Assert.Equal(endpoint, SocketEndpoint.ParseHost(text).ToString());
        Assert.True(SocketEndpoint.TryParseHost(text, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:80")]
    [InlineData("localhost:")]
    [InlineData(":80")]
    [InlineData("[::1]:80")]
    [InlineData("[::1")]
    [InlineData("::1]")]
    [InlineData("[]")]
    [InlineData("[localhost]")]
    [InlineData("::g")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("http://a")]
    [InlineData("tcp4://::1")]
    [InlineData("tcp6://127.0.0.1")]
    [InlineData("unix:")]
    public void What_is_no_host_is_EINVAL(string text)
    {
        Fails.With(Errno.EINVAL, () => SocketEndpoint.ParseHost(text));
        Assert.False(SocketEndpoint.TryParseHost(text, out SocketEndpoint? none));
        Assert.Null(none);
    }

    [Fact]
    public void Any_text_is_a_host_that_stays_one_behind_a_port_or_the_documented_error() =>
        Check.One(Fixed.Seed(20_000), Prop.ForAll(s_pieces.NonEmptyListOf().Select(static l => string.Concat(l.Take(6))).ToArbitrary(), static text =>
        {
            try
            {
                SocketEndpoint host = SocketEndpoint.ParseHost(text);
                return host.Port == 0 && host.Service is null && host.Equals(SocketEndpoint.Parse(host.ToString()));
            }
            catch (SocketEndpointFormatException e)
            {
                return e.Errno == Errno.EINVAL && e.Message.Length < 300 && !e.Message.Any(char.IsControl);
            }
        }));

    [Fact]
    public void A_host_before_a_port_parses_as_the_host_alone_does() =>
        Check.One(Fixed.Seed(20_000), Prop.ForAll(s_pieces.NonEmptyListOf().Select(static l => string.Concat(l.Take(4))).ToArbitrary(), static text =>
            !SocketEndpoint.TryParse($"{text}:80", out SocketEndpoint? with) || with!.IsUnix || !SocketEndpoint.TryParseHost(text, out SocketEndpoint? alone) || with.Host == alone!.Host));
}
