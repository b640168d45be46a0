using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using SocketTools;
using SocketTools.Addresses;
using Xunit;

namespace SocketTools.Tests.Addresses;

/// <summary>The bytes against those of the kernel: what getsockname(2) writes of a socket that was bound.</summary>
public sealed unsafe partial class KernelAddressTests
{
    [Fact]
    public void IPv4_is_byte_for_byte_that_of_the_kernel()
    {
        using Socket socket = Bound(AddressFamily.InterNetwork, SocketType.Stream, new IPEndPoint(IPAddress.Parse("127.1.2.3"), 0));
        Assert.Equal(16, AssertSame(socket, socket.LocalEndPoint!).Length);
    }

    [Fact]
    public void IPv6_is_byte_for_byte_that_of_the_kernel()
    {
        using Socket socket = Bound(AddressFamily.InterNetworkV6, SocketType.Stream, new IPEndPoint(IPAddress.IPv6Loopback, 0));
        Assert.Equal(28, AssertSame(socket, socket.LocalEndPoint!).Length);
    }

    [Fact]
    public void IPv6_with_a_scope_is_byte_for_byte_that_of_the_kernel()
    {
        // No interface need have a link-local address: a group of the link has a scope too.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers of interfaces by .NET");
        NetworkInterface loopback = NetworkInterface.GetAllNetworkInterfaces().First(static i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback);
        long index = loopback.GetIPProperties().GetIPv6Properties().Index;
        IPAddress group = new(IPAddress.Parse("ff02::9").GetAddressBytes(), index);
        using Socket socket = Bound(AddressFamily.InterNetworkV6, SocketType.Dgram, new IPEndPoint(group, 0));

        SocketAddressStructure address = AssertSame(socket, new IPEndPoint(group, ((IPEndPoint)socket.LocalEndPoint!).Port));

        Assert.Equal((uint)index, address.Fields.Single(static f => f.Name == "sin6_scope_id").Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(107)]
    public void A_path_is_byte_for_byte_that_of_the_kernel(int length)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "107 is the limit of Linux");
        using TemporaryDirectory directory = new();
        string start = directory.File("");
        string path = length == 107 ? start + new string('p', 107 - start.Length) : start + new string('p', length);
        using Socket socket = Bound(AddressFamily.Unix, SocketType.Stream, new UnixDomainSocketEndPoint(path));

        SocketAddressStructure address = AssertSame(socket, new UnixDomainSocketEndPoint(path));

        Assert.Equal(path, address.Fields[^1].Value);
        Assert.Equal(2 + path.Length + 1, address.Length);
    }

    [Fact]
    public void An_abstract_name_is_byte_for_byte_that_of_the_kernel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");
        string name = $"sockettools-{Guid.NewGuid()}";
        using Socket socket = Bound(AddressFamily.Unix, SocketType.Stream, new UnixDomainSocketEndPoint("\0" + name));

        SocketAddressStructure address = AssertSame(socket, new UnixDomainSocketEndPoint("\0" + name));

        Assert.Equal("@" + name, address.Fields[^1].Value);
        Assert.Equal($"unix:@{name}", address.Endpoint!.ToString());
    }

    [Fact]
    public void A_name_that_the_kernel_chose_is_read_and_written_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "autobind is Linux's (unix(7))");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        short family = 1;
        Assert.Equal(0, Bind(socket.SafeHandle, &family, sizeof(short)));
        byte[] bytes = KernelBytes(socket.SafeHandle);

        SocketAddressStructure address = AddressReader.Read(bytes, SocketPlatform.Linux);

        Assert.Equal(8, address.Length); // the family, a NUL and five hexadecimal digits
        Assert.Equal(bytes, AddressWriter.Write(address.ToEndPoint()!, SocketPlatform.Linux, address).Bytes);
    }

    [Fact]
    public void A_socket_without_a_name_has_the_family_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems pad it");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        byte[] bytes = KernelBytes(socket.SafeHandle);

        SocketAddressStructure address = AddressReader.Read(bytes, SocketPlatform.Linux);

        Assert.Equal([1, 0], bytes);
        Assert.Equal("sun_family", Assert.Single(address.Fields).Name);
        Assert.Null(address.Endpoint);
        Assert.Null(address.ToEndPoint());
    }

    [Fact]
    public void A_name_that_is_no_UTF8_is_read_and_written_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        byte[] bytes = [1, 0, 0, 0xFF, 0xC3, .. Guid.NewGuid().ToByteArray()];
        fixed (byte* pointer = bytes)
        {
            Assert.Equal(0, Bind(socket.SafeHandle, pointer, bytes.Length));
        }

        SocketAddressStructure address = AddressReader.Read(KernelBytes(socket.SafeHandle), SocketPlatform.Linux);

        Assert.Equal(bytes, address.Bytes);
        Assert.Null(address.Endpoint);
        Assert.Equal(bytes, AddressWriter.Write(address.ToEndPoint()!, SocketPlatform.Linux, address).Bytes);
    }

    [Fact]
    public void A_netlink_socket_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "netlink is Linux's");
        int fd = NewSocket(16, 3, 0);
        using SafeSocketHandle handle = new(fd, ownsHandle: true);
        byte[] own = new byte[12];
        MemoryMarshal.Write(own, (ushort)16);
        MemoryMarshal.Write(own.AsSpan(8), 5u);
        fixed (byte* pointer = own)
        {
            Assert.Equal(0, Bind(handle, pointer, own.Length));
        }

        SocketAddressStructure address = AddressReader.Read(KernelBytes(handle), SocketPlatform.Linux);

        Assert.Equal("sockaddr_nl AF_NETLINK", $"{address.Name} {address.Family}");
        Assert.Equal(5u, address.Fields.Single(static f => f.Name == "nl_groups").Value);
        Assert.NotEqual(0u, address.Fields.Single(static f => f.Name == "nl_pid").Value);
    }

    [Fact]
    public void A_packet_socket_is_read_with_as_much_of_its_hardware_address_as_the_kernel_writes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "packet sockets are Linux's");
        int fd = NewSocket(17, 2, 0);
        Assert.SkipWhen(fd < 0, "a packet socket wants a privilege");
        using SafeSocketHandle handle = new(fd, ownsHandle: true);
        byte[] unbound = KernelBytes(handle);
        Assert.Equal(12, unbound.Length); // without an interface there is no hardware address at all
        Assert.DoesNotContain(AddressReader.Read(unbound, SocketPlatform.Linux).Fields, static f => f.Name == "sll_addr");

        byte[] own = new byte[20];
        MemoryMarshal.Write(own, (ushort)17);
        MemoryMarshal.Write(own.AsSpan(4), 1);
        fixed (byte* pointer = own)
        {
            Assert.Equal(0, Bind(handle, pointer, own.Length));
        }

        byte[] bytes = KernelBytes(handle);
        SocketAddressStructure address = AddressReader.Read(bytes, SocketPlatform.Linux);

        Assert.Equal(18, bytes.Length);
        Assert.Equal(1, address.Fields.Single(static f => f.Name == "sll_ifindex").Value);
        Assert.Equal("00:00:00:00:00:00", address.Fields.Single(static f => f.Name == "sll_addr").Value);
    }

    [Fact]
    public void A_vsock_socket_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "vsock is Linux's");
        int fd = NewSocket(40, 1, 0);
        Assert.SkipWhen(fd < 0, "this kernel has no AF_VSOCK");
        using SafeSocketHandle handle = new(fd, ownsHandle: true);
        byte[] own = new byte[16];
        MemoryMarshal.Write(own, (ushort)40);
        MemoryMarshal.Write(own.AsSpan(4), uint.MaxValue); // any port
        MemoryMarshal.Write(own.AsSpan(8), uint.MaxValue); // any context
        fixed (byte* pointer = own)
        {
            Assert.SkipWhen(Bind(handle, pointer, own.Length) != 0, "this kernel has no transport for AF_VSOCK");
        }

        SocketAddressStructure address = AddressReader.Read(KernelBytes(handle), SocketPlatform.Linux);

        Assert.Equal(uint.MaxValue, address.Fields.Single(static f => f.Name == "svm_cid").Value);
        Assert.NotEqual(uint.MaxValue, address.Fields.Single(static f => f.Name == "svm_port").Value);
    }

    private static Socket Bound(AddressFamily family, SocketType type, EndPoint address)
    {
        Socket socket = new(family, type, ProtocolType.Unspecified);
        try
        {
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SocketAddressStructure AssertSame(Socket socket, EndPoint address)
    {
        byte[] kernel = KernelBytes(socket.SafeHandle);
        SocketAddressStructure ours = AddressWriter.Write(address, SocketPlatforms.Current, address);
        Assert.Equal(Convert.ToHexString(kernel), Convert.ToHexString(ours.Bytes));
        Assert.Equal(string.Join(' ', kernel.Select(static b => b.ToString("X2", CultureInfo.InvariantCulture))), string.Join(' ', ours.Fields.Select(static f => f.Hex)));
        return ours;
    }

    private static byte[] KernelBytes(SafeSocketHandle handle)
    {
        byte* bytes = stackalloc byte[128];
        int length = 128;
        Assert.Equal(0, GetSocketName(handle, bytes, &length));
        return new ReadOnlySpan<byte>(bytes, length).ToArray();
    }

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int GetSocketName(SafeSocketHandle socket, byte* address, int* length);

    [LibraryImport("libc", EntryPoint = "bind")]
    private static partial int Bind(SafeSocketHandle socket, void* address, int length);

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int NewSocket(int family, int type, int protocol);
}
