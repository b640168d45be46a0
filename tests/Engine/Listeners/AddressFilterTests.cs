using System.Net;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

public sealed class AddressFilterTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)]
    [InlineData("192.0.2.0/25", "192.0.2.127", true)]
    [InlineData("192.0.2.0/25", "192.0.2.128", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("127.0.0.0/8", "::ffff:127.0.0.9", true)]
    public void An_allowed_network_admits_its_addresses_and_no_other(string network, string address, bool admitted) =>
        Assert.Equal(admitted, new AddressFilter([network], []).Admits(IPAddress.Parse(address)));

    [Fact]
    public void Without_an_allowed_network_everybody_is_admitted_but_the_denied()
    {
        AddressFilter filter = new([], ["192.0.2.0/24"]);

        Assert.False(filter.Admits(IPAddress.Parse("192.0.2.7")));
        Assert.True(filter.Admits(IPAddress.Parse("192.0.3.7")));
    }

    [Fact]
    public void A_denied_address_is_refused_even_where_its_network_is_allowed()
    {
        AddressFilter filter = new(["10.0.0.0/8"], ["10.1.0.0/16"]);

        Assert.True(filter.Admits(IPAddress.Parse("10.2.0.1")));
        Assert.False(filter.Admits(IPAddress.Parse("10.1.0.1")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/")]
    [InlineData("::1/129")]
    public void What_is_no_network_is_EINVAL(string text)
    {
        SocketCallException error = Assert.Throws<SocketCallException>(() => new AddressFilter([text], []));

        Assert.Equal((Errno.EINVAL, (object)text), (error.Errno, error.Target!));
    }
}
