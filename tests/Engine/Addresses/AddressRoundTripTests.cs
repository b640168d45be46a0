using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using SocketTools;
using SocketTools.Addresses;
using Xunit;

namespace SocketTools.Tests.Addresses;

public sealed class AddressRoundTripTests
{
    private static readonly SocketPlatform[] s_platforms = Enum.GetValues<SocketPlatform>();

    [Fact]
    public void Any_address_of_IPv4_comes_back_on_every_platform() =>
        Check.One(Fixed.Seed(500), Prop.ForAll(Bytes(4), Port(), static (bytes, port) => ComesBack(new IPEndPoint(new IPAddress(bytes), port))));

    [Fact]
    public void Any_address_of_IPv6_comes_back_on_every_platform() =>
        Check.One(Fixed.Seed(500), Prop.ForAll(Bytes(16), Port(), ArbMap.Default.ArbFor<uint>(), static (bytes, port, scope) => ComesBack(new IPEndPoint(new IPAddress(bytes, scope), port))));

    [Fact]
    public void Any_path_comes_back_on_every_platform()
    {
        Gen<string> path = Gen.Elements('a', 'Z', '/', '.', '-', ' ', '\u00e9', '\u20ac').NonEmptyListOf().Select(static c => "/" + string.Concat(c.Take(33)));
        Check.One(Fixed.Seed(500), Prop.ForAll(path.ToArbitrary(), static p => ComesBack(new UnixDomainSocketEndPoint(p))));
    }

    [Fact]
    public void Any_abstract_name_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");
        Gen<string> name = Gen.Elements('a', 'Z', '/', '\0', '@', '\u20ac').NonEmptyListOf().Select(static c => string.Concat(c.Take(30)));
        Check.One(Fixed.Seed(500), Prop.ForAll(name.ToArbitrary(), static n =>
        {
            UnixDomainSocketEndPoint address = new("\0a" + n);
            SocketAddressStructure made = AddressWriter.Write(address, SocketPlatform.Linux, address);
            return made.ToEndPoint()!.Serialize().Equals(address.Serialize()) && made.Bytes.SequenceEqual(AddressReader.Read(made.Bytes, SocketPlatform.Linux).Bytes);
        }));
    }

    [Theory]
    [InlineData(SocketPlatform.Linux, "02001F907F0000010000000000000000", "0A001F9000000000000000000000000000000000000000010000000000000000")]
    [InlineData(SocketPlatform.MacOS, "10021F907F0000010000000000000000", "1C1E1F90000000000000000000000000000000000000000100000000")]
    [InlineData(SocketPlatform.Windows, "02001F907F0000010000000000000000", "17001F90000000000000000000000000000000000000000100000000")]
    public void The_platforms_differ_in_their_heads(SocketPlatform platform, string v4, string v6)
    {
        Assert.Equal(v4, Convert.ToHexString(AddressWriter.Write(new IPEndPoint(IPAddress.Loopback, 8080), platform, "").Bytes));
        Assert.Equal(v6[..56], Convert.ToHexString(AddressWriter.Write(new IPEndPoint(IPAddress.IPv6Loopback, 8080), platform, "").Bytes));
    }

    [Theory]
    [InlineData(SocketPlatform.Linux, "sa_family sa_data", "host")]
    [InlineData(SocketPlatform.MacOS, "sa_len sa_family sa_data", "none")]
    [InlineData(SocketPlatform.Windows, "sa_family sa_data", "host")]
    public void The_cast_shows_the_family_and_the_rest_as_data(SocketPlatform platform, string names, string order)
    {
        SocketAddressStructure address = AddressWriter.Write(new IPEndPoint(IPAddress.Loopback, 8080), platform, "");

        Assert.Equal(names, string.Join(' ', address.Generic.Select(static f => f.Name)));
        Assert.Equal(address.Bytes, Convert.FromHexString(string.Concat(address.Generic.Select(static f => f.Hex)).Replace(" ", "")));
        Assert.Equal(order, address.Generic[^2].ByteOrder.ToString(), ignoreCase: true);
        Assert.Equal(14, address.Generic[^1].Length);
    }

    private static bool ComesBack(EndPoint address)
    {
        foreach (SocketPlatform platform in s_platforms)
        {
            SocketAddressStructure made = AddressWriter.Write(address, platform, address);
            SocketAddressStructure read = AddressReader.Read(made.Bytes, platform);
            bool same = read.ToEndPoint()!.Equals(address) && read.Bytes.SequenceEqual(made.Bytes) && read.Fields.SequenceEqual(made.Fields)
                && read.Fields.Sum(static f => f.Length) == read.Length && AddressWriter.Write(read.ToEndPoint()!, platform, address).Bytes.SequenceEqual(made.Bytes);
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    private static Arbitrary<byte[]> Bytes(int count) => ArbMap.Default.GeneratorFor<byte>().ArrayOf(count).ToArbitrary();

    private static Arbitrary<int> Port() => Gen.Choose(0, 65535).ToArbitrary();
}
