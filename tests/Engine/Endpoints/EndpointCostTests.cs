using System;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Endpoints;

/// <summary>An endpoint that parses costs two objects, and the short cut to it agrees with .NET.</summary>
public sealed class EndpointCostTests
{
    private static readonly Gen<string> s_six = Gen.OneOf(
        Gen.Elements(":", "::", "0", "1", "ffff", "FFFF", "12345", "g", "", "1:2", "1:2:3:4", "1.2.3.4", ":1", "1:").NonEmptyListOf().Select(static l => string.Concat(l)),
        Gen.Choose(0, 9).SelectMany(static groups => Gen.Elements("0", "1", "abcd").ArrayOf(groups).Select(static g => string.Join(':', g))));

    [Theory]
    [InlineData("tcp://127.0.0.1:8080", "127.0.0.1")]
    [InlineData("tcp://[::1]:80", "::1")]
    [InlineData("[2001:db8::7:1]:80", "2001:db8::7:1")]
    [InlineData("udp6://[1:2:3:4:5:6:7:8]:53", "1:2:3:4:5:6:7:8")]
    [InlineData("tcp6://localhost:80", "localhost")]
    [InlineData("unix:/run/x.sock", "/run/x.sock")]
    [InlineData("localhost:http", "localhost")]
    [InlineData("TCP4://*:0", "*")]
    public void Parsing_allocates_the_endpoint_and_its_host_or_path_and_nothing_else(string text, string part)
    {
        string[] characters = [part];
        long expected = Allocated(() => new SocketEndpoint(EndpointScheme.Tcp, "", 0, null, null)) + Allocated(() => string.Concat(characters[0].AsSpan(), ""));

        Assert.Equal(expected, Allocated(() => SocketEndpoint.Parse(text)));
    }

    [Fact]
    public void A_service_in_another_spelling_is_kept_as_written()
    {
        Assert.Equal("HTTP", SocketEndpoint.Parse("localhost:HTTP").Service);
        Assert.Same(SocketEndpoint.Parse("localhost:http").Service, SocketEndpoint.Parse("127.0.0.1:http").Service);
    }

    [Fact]
    public void What_stands_in_brackets_is_an_IPv6_address_where_it_is_one_for_NET() =>
        Check.One(Fixed.Seed(20_000), Prop.ForAll(s_six.ToArbitrary(), static text =>
            (IPAddress.TryParse(text, out IPAddress? six) && six.AddressFamily == AddressFamily.InterNetworkV6) == SocketEndpoint.TryParse($"[{text}]:80", out _)));

    // By the least of a few, because the runtime may compile in between.
    private static long Allocated(Func<object> make)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 50; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            GC.KeepAlive(make());
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
