using System;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

public sealed class UnixConnectTests
{
    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.05, Errno.ETIMEDOUT)]
    public void A_full_unix_backlog_is_ETIMEDOUT_too(double seconds, Errno errno)
    {
        using TemporaryDirectory directory = new();
        using BlackHole hole = new(directory.Endpoint().ToString());

        Fails.With(errno, () => SocketConnector.Connect(hole.Endpoint, "/", SocketWait.Seconds(seconds)));
    }

    [Fact]
    public void A_full_unix_backlog_is_waited_for_until_there_is_room()
    {
        using TemporaryDirectory directory = new();
        using BlackHole hole = new(directory.Endpoint().ToString());
        using Waiter connect = Waiter.Start(stop => SocketConnector.Connect(hole.Endpoint, "/", Within.Ten with { Stop = stop }).Dispose());

        hole.MakeRoom();

        connect.Finish();
    }

    [Fact]
    public void A_missing_socket_file_is_ENOENT()
    {
        using TemporaryDirectory directory = new();

        Fails.With(Errno.ENOENT, () => SocketConnector.Connect(directory.Endpoint("none"), "/", Within.Ten));
        Fails.With(Errno.ENOENT, () => SocketConnector.Connect(directory.Endpoint("no/dir"), "/", Within.Ten));
        Fails.With(Errno.ENOENT, () => SocketConnector.Connect(SocketEndpoint.Parse("unix:none"), directory.File("no"), Within.Ten));
    }

    [Fact]
    public void An_abstract_name_that_nobody_has_is_ECONNREFUSED()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names exist on Linux only");

        Fails.With(Errno.ECONNREFUSED, () => SocketConnector.Connect(ChannelPair.AbstractName(), "/", Within.Ten));
    }

    [Fact]
    public void A_socket_file_of_another_type_is_EPROTOTYPE()
    {
        using TemporaryDirectory directory = new();
        using SocketListener listener = SocketListener.Start(directory.Endpoint(), "/", 5, BindOptions.Default, Within.Ten);
        SocketEndpoint packet = SocketEndpoint.Parse($"unixpacket:{directory.File()}");

        Fails.With(Errno.EPROTOTYPE, () => SocketConnector.Connect(packet, "/", Within.Ten));
    }

    [Fact]
    public void Seqpacket_keeps_the_bounds_of_what_was_sent()
    {
        using TemporaryDirectory directory = new();
        SocketEndpoint endpoint = SocketEndpoint.Parse($"unixpacket:{directory.File()}");
        using SocketListener listener = SocketListener.Start(endpoint, "/", 5, BindOptions.Default, Within.Ten);
        using SocketChannel client = SocketConnector.Connect(endpoint, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Within.Ten);
        client.Send("one"u8, Within.Ten);
        client.Send("two"u8, Within.Ten);

        Assert.Equal("unixpacket", server.Protocol);
        Assert.Equal("one"u8, server.Receive(99, Within.Ten)!);
        Assert.Equal("two"u8, server.Receive(99, Within.Ten)!);
    }
}
