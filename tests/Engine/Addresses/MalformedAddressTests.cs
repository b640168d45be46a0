using System;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using SocketTools.Addresses;
using Xunit;

namespace SocketTools.Tests.Addresses;

public sealed class MalformedAddressTests
{
    [Theory]
    [InlineData("", Errno.EINVAL)]
    [InlineData("02", Errno.EINVAL)]
    [InlineData("02001F907F00000100000000000000", Errno.EINVAL)] // one byte short
    [InlineData("02001F907F000001000000000000000000", Errno.EINVAL)] // one byte over
    [InlineData("0A001F900000000000000000000000000000000000000001000000", Errno.EINVAL)]
    [InlineData("63001F907F0000010000000000000000", Errno.EAFNOSUPPORT)]
    [InlineData("1E001F90000000000000000000000000000000000000000100000000", Errno.EAFNOSUPPORT)] // AF_INET6 of macOS
    [InlineData("01002F6100620000", Errno.EINVAL)] // a NUL, and more behind it
    [InlineData("1100080001000000010000060000000000", Errno.EINVAL)] // one byte short of its hardware address
    [InlineData("110008000100000001000000000000000000000000", Errno.EINVAL)]
    public void Bad_bytes_are_an_error(string hex, Errno errno)
    {
        SocketCallException error = Fails.With(errno, () => AddressReader.Read(Convert.FromHexString(hex), SocketPlatform.Linux));
        Assert.NotNull(error.Advice);
    }

    [Fact]
    public void A_length_byte_that_is_not_that_of_the_bytes_is_an_error() =>
        Fails.With(Errno.EINVAL, () => AddressReader.Read(Convert.FromHexString("11021F907F0000010000000000000000"), SocketPlatform.MacOS));

    [Fact]
    public void A_path_without_its_NUL_is_read_to_the_end_of_the_bytes()
    {
        Assert.Equal("/a", AddressReader.Read([1, 0, 0x2F, 0x61], SocketPlatform.Linux).Fields[^1].Value);

        byte[] full = [1, 0, 0x2F, .. new byte[107]];
        full.AsSpan(3).Fill((byte)'p');
        SocketAddressStructure address = AddressReader.Read(full, SocketPlatform.Linux);
        Assert.Equal(108, address.Fields[^1].Value!.ToString()!.Length);
        Fails.With(Errno.EINVAL, () => AddressReader.Read([.. full, 0], SocketPlatform.Linux));
        Fails.With(Errno.ENAMETOOLONG, () => AddressWriter.Write(address.ToEndPoint()!, SocketPlatform.Linux, "x"));
    }

    [Fact]
    public void A_padded_path_ends_at_its_NUL() =>
        Assert.Equal("unix:/a", AddressReader.Read([1, 0, 0x2F, 0x61, .. new byte[106]], SocketPlatform.Linux).Endpoint!.ToString());

    [Fact]
    public void A_file_that_begins_as_an_abstract_name_does_has_no_text() =>
        Assert.Null(AddressReader.Read("\u0001\0@x\0"u8.ToArray(), SocketPlatform.Linux).Endpoint);

    [Theory]
    [InlineData(SocketPlatform.Linux, 107)]
    [InlineData(SocketPlatform.MacOS, 103)]
    [InlineData(SocketPlatform.Windows, 107)]
    public void A_path_has_the_room_that_the_platform_has(SocketPlatform platform, int room)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a path of .NET is as long as this system has it");
        Assert.Equal(room + 3, AddressWriter.Write(new UnixDomainSocketEndPoint("/" + new string('p', room - 1)), platform, "x").Length);
        if (room < 107)
        {
            Fails.With(Errno.ENAMETOOLONG, () => AddressWriter.Write(new UnixDomainSocketEndPoint("/" + new string('p', room)), platform, "x"));
        }
    }

    [Fact]
    public void Other_platforms_have_no_abstract_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");
        Fails.With(Errno.EOPNOTSUPP, () => AddressWriter.Write(new UnixDomainSocketEndPoint("\0x"), SocketPlatform.MacOS, "x"));
        Fails.With(Errno.EOPNOTSUPP, () => AddressWriter.Write(new UnixDomainSocketEndPoint("\0x"), SocketPlatform.Windows, "x"));
    }

    [Fact]
    public void A_path_with_a_NUL_in_it_is_an_error() =>
        Fails.With(Errno.EINVAL, () => AddressWriter.Write(new UnixDomainSocketEndPoint("/a\0b"), SocketPlatform.Linux, "x"));

    [Fact]
    public void A_host_name_has_no_socket_address() =>
        Fails.With(Errno.EAFNOSUPPORT, () => AddressWriter.Write(new DnsEndPoint("localhost", 1), SocketPlatform.Linux, "x"));
}
