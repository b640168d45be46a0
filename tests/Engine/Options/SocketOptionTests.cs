using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Options;

public sealed class SocketOptionTests
{
    public static TheoryData<string, AddressFamily, SocketType> Integers => new()
    {
        { "KeepAliveTime", AddressFamily.InterNetwork, SocketType.Stream },
        { "KeepAliveInterval", AddressFamily.InterNetwork, SocketType.Stream },
        { "KeepAliveCount", AddressFamily.InterNetwork, SocketType.Stream },
        { "Ttl", AddressFamily.InterNetwork, SocketType.Stream },
        { "Tos", AddressFamily.InterNetwork, SocketType.Dgram },
        { "Linger", AddressFamily.InterNetwork, SocketType.Stream },
    };

    [Fact]
    public void Names_are_found_in_either_way_and_without_case()
    {
        Assert.Equal("NoDelay", SocketOptionTable.Find("nodelay")!.Option);
        Assert.Equal("NoDelay", SocketOptionTable.Find("tcp_nodelay")!.Option);
        Assert.Null(SocketOptionTable.Find("nothing"));
        Assert.Null(SocketOptionTable.Find(""));
    }

    [Fact]
    public void No_socket_has_two_options_of_one_name()
    {
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6, AddressFamily.Unix })
        {
            foreach (SocketType type in new[] { SocketType.Stream, SocketType.Dgram })
            {
                List<string> names = [.. SocketOptionTable.Rows.Where(r => r.Applies(family, type)).Select(static r => r.Option)];
                Assert.Equal(names.Distinct(), names);
            }
        }
    }

    [Theory]
    [InlineData("SOL_SOCKET", 1)]
    [InlineData("sol_tcp", 6)]
    [InlineData("IPPROTO_IPV6", 41)]
    [InlineData("IPPROTO_IP", 0)]
    [InlineData("IPPROTO_UDP", 17)]
    [InlineData("263", 263)]
    [InlineData("nothing", null)]
    [InlineData("", null)]
    public void Levels_are_names_or_numbers(string name, int? level)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are those of Linux");
        Assert.Equal(level, SocketOptionTable.Level(name));
    }

    [Theory]
    [MemberData(nameof(Integers))]
    public void A_number_at_the_end_of_its_range_is_set_and_one_beyond_is_refused(string name, AddressFamily family, SocketType type)
    {
        using SocketChannel channel = SocketChannel.Create(family, type, ProtocolType.Unspecified);
        SocketOptionDefinition option = SocketOptionTable.Rows.First(r => r.Option == name && r.Applies(family, type));
        foreach (int value in new[] { option.Maximum, option.Minimum })
        {
            // Two bits of a TCP socket's TOS belong to congestion control, so a datagram socket is asked here.
            channel.SetOption(option, value);
            Assert.Equal(value, channel.GetOption(option).Value);
            Assert.Equal(value, channel.GetOption(option).Requested);
        }

        foreach (int value in new[] { option.Maximum + 1, option.Minimum - 1 })
        {
            SocketCallException error = Assert.Throws<SocketCallException>(() => channel.SetOption(option, value));
            Assert.Equal(Errno.EINVAL, error.Errno);
            Assert.Contains($"{option.Minimum} to {option.Maximum}", error.Advice, StringComparison.Ordinal);
            Assert.Equal(option.Minimum, channel.GetOption(option).Value);
            Assert.Equal(option.Minimum, channel.GetOption(option).Requested);
        }
    }

    [Fact]
    public void A_value_of_another_type_is_refused()
    {
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        foreach ((string name, object value) in new (string, object)[] { ("NoDelay", 1), ("NoDelay", "yes"), ("Ttl", true), ("Ttl", 9L), ("Linger", "") })
        {
            SocketOptionDefinition option = SocketOptionTable.Find(name)!;
            Assert.Equal(Errno.EINVAL, Assert.Throws<SocketCallException>(() => channel.SetOption(option, value)).Errno);
        }
    }

    [Fact]
    public void Each_option_of_a_socket_can_be_asked_for()
    {
        CallsInUse.SkipUnlessLibc(".NET has no name for some of them");
        foreach ((AddressFamily family, SocketType type) in new[]
        {
            (AddressFamily.InterNetwork, SocketType.Stream), (AddressFamily.InterNetwork, SocketType.Dgram),
            (AddressFamily.InterNetworkV6, SocketType.Stream), (AddressFamily.Unix, SocketType.Stream),
        })
        {
            using SocketChannel channel = SocketChannel.Create(family, type, ProtocolType.Unspecified);
            foreach (SocketOptionDefinition option in SocketOptionTable.Rows.Where(r => r.Applies(family, type)))
            {
                SocketOptionValue value = channel.GetOption(option);
                Type? expected = option.Kind switch
                {
                    SocketOptionKind.Boolean => typeof(bool),
                    SocketOptionKind.Text or SocketOptionKind.Interface => typeof(string),
                    SocketOptionKind.Credential => null, // nobody is at the other end yet
                    _ => typeof(int),
                };
                Assert.Equal(expected, value.Value?.GetType());
            }
        }
    }

    [Fact]
    public void An_option_that_the_socket_lacks_is_ENOPROTOOPT()
    {
        using SocketChannel channel = SocketChannel.Create(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        SocketOptionDefinition option = SocketOptionTable.Find("NoDelay")!;

        Assert.Equal(Errno.ENOPROTOOPT, Assert.Throws<SocketCallException>(() => channel.GetOption(option)).Errno);
        Assert.Equal(Errno.ENOPROTOOPT, Assert.Throws<SocketCallException>(() => channel.SetOption(option, true)).Errno);
    }

    [Fact]
    public void A_closed_channel_is_EBADF()
    {
        SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        channel.Close();
        SocketOptionDefinition option = SocketOptionTable.Find("NoDelay")!;

        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => channel.GetOption(option)).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => channel.SetOption(option, true)).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => channel.GetRawOption(option.Key, 4)).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => channel.SetRawOption(option.Key, [1, 0, 0, 0])).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => channel.SetNonBlocking(true, null)).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => channel.AtMark).Errno);
        Assert.Null(channel.PeerCredential);
    }

    [Fact]
    public void What_the_kernel_made_of_it_is_asked_for_only_when_somebody_looks()
    {
        List<string> calls = [];
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        channel.SetOption(SocketOptionTable.Find("ReceiveBuffer")!, 65536, call => calls.Add(call.Name));

        Assert.Equal(["setsockopt", "getsockopt"], calls);
    }

    [Fact]
    public void Linux_doubles_a_buffer_and_what_was_asked_for_is_kept_beside_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "socket(7): Linux doubles it");
        CallsInUse.SkipUnlessLibc(".NET halves some of them again");
        using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        SocketOptionDefinition option = SocketOptionTable.Find("ReceiveBuffer")!;
        Assert.Null(channel.GetOption(option).Requested);
        channel.SetOption(option, 65536);

        Assert.Equal((131072, 65536), ((int)channel.GetOption(option).Value!, (int)channel.GetOption(option).Requested!));
    }
}
