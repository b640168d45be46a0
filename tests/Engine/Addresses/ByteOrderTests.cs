using System;
using System.Globalization;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Addresses;

public sealed class ByteOrderTests
{
    public static TheoryData<object, int, string, string> Numbers => new()
    {
        { (short)-2, 0, "FFFE", "-2" },
        { (ushort)8080, 0, "1F90", "8080" },
        { 8080, 0, "00001F90", "8080" },
        { 8080, 16, "1F90", "8080" },
        { 65535, 16, "FFFF", "65535" },
        { -1, 16, "FFFF", "-1" },
        { 8080, 64, "0000000000001F90", "8080" },
        { -1, 64, "FFFFFFFFFFFFFFFF", "-1" },
        { uint.MaxValue, 0, "FFFFFFFF", "4294967295" },
        { int.MinValue, 0, "80000000", "-2147483648" },
        { ulong.MaxValue, 0, "FFFFFFFFFFFFFFFF", "18446744073709551615" },
        { long.MinValue, 0, "8000000000000000", "-9223372036854775808" },
        { (byte)5, 0, "0005", "5" },
        { (sbyte)-5, 0, "FFFB", "-5" },
        { 'A', 0, "0041", "65" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_is_most_significant_byte_first_in_the_network(object number, int bits, string network, string value)
    {
        SocketByteOrderValue order = SocketByteOrderValue.FromHost(number, bits);

        Assert.Equal(network, Convert.ToHexString(order.NetworkBytes));
        Assert.Equal(value, Convert.ToString(order.Value, CultureInfo.InvariantCulture));
        Assert.Equal(network.Length * 4, order.Bits);
        Assert.Equal(BitConverter.IsLittleEndian, order.Differs);
        byte[] host = order.HostBytes;
        Array.Reverse(host);
        Assert.Equal(network, Convert.ToHexString(BitConverter.IsLittleEndian ? host : order.HostBytes));
        Assert.Equal(order.Value, SocketByteOrderValue.FromNetwork(order.Network).Value);
        Assert.Equal(order.Value, SocketByteOrderValue.FromBytes(order.NetworkBytes, SocketByteOrder.Network, order.Signed).Value);
        Assert.Equal(order.Value, SocketByteOrderValue.FromBytes(order.HostBytes, SocketByteOrder.Host, order.Signed).Value);
    }

    [Fact]
    public void What_does_not_fit_is_an_error()
    {
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromHost(65536, 16));
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromHost(-32769, 16));
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromHost(4294967296L, 32));
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromHost(1.5));
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromHost(true));
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromBytes([1, 2, 3], SocketByteOrder.Network, false));
        Fails.With(Errno.EINVAL, () => SocketByteOrderValue.FromBytes([], SocketByteOrder.Network, false));
    }
}
