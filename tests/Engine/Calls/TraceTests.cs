using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Calls;

public sealed class TraceTests
{
    private readonly List<string> _lines = [];

    private SocketWait Traced => SocketWait.Forever with { Trace = call => _lines.Add(call.ToString()) };

    [Fact]
    public void A_conversation_over_TCP_reads_as_strace_prints_it()
    {
        CallsInUse.SkipUnlessLibc("the lines are those of its calls");
        Assert.SkipUnless(System.OperatingSystem.IsLinux(), "the calls are those of Linux");
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Traced);
        using SocketChannel server = listener.Accept(Within.Ten);
        client.Send("A"u8, Traced);
        server.Send("B"u8, Within.Ten);
        Within.TenSeconds(() => server.BytesSent == 1 && client.Socket.Available == 1, "the answer arrives");
        client.Receive(1, Traced);
        client.Shutdown(SocketShutdown.Send, Traced.Trace);
        int fd = client.Descriptor;
        client.Close(trace: Traced.Trace);

        Assert.Equal(
            [
                $"socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = {fd}",
                $"connect({fd}, {{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr(\"127.0.0.1\")}}, 16) = -1 EINPROGRESS (Operation now in progress)",
                $"poll([{{fd={fd}, events=POLLOUT}}], 1, -1) = 1",
                $"getsockopt({fd}, SOL_SOCKET, SO_ERROR, [0], [4]) = 0",
                $"send({fd}, \"A\", 1, MSG_DONTWAIT|MSG_NOSIGNAL) = 1",
                $"recv({fd}, \"B\", 1, MSG_DONTWAIT) = 1",
                $"shutdown({fd}, SHUT_WR) = 0",
                $"close({fd}) = 0",
            ],
            _lines);
    }

    [Fact]
    public void A_listener_over_TCP_reads_as_strace_prints_it()
    {
        CallsInUse.SkipUnlessLibc("the lines are those of its calls");
        Assert.SkipUnless(System.OperatingSystem.IsLinux(), "the calls are those of Linux");
        SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Traced);
        using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        using SocketChannel server = listener.Accept(Traced);
        Assert.Throws<SocketCallException>(() => listener.Accept(Traced with { Timeout = default }));
        int fd = listener.Descriptor;
        listener.Stop(Traced.Trace);

        int from = ((IPEndPoint)client.LocalEndPoint!).Port;
        Assert.Equal(
            [
                $"socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = {fd}",
                $"setsockopt({fd}, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0",
                $"bind({fd}, {{sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr(\"127.0.0.1\")}}, 16) = 0",
                $"listen({fd}, 5) = 0",
                $"accept4({fd}, {{sa_family=AF_INET, sin_port=htons({from}), sin_addr=inet_addr(\"127.0.0.1\")}}, 16, SOCK_CLOEXEC) = {server.Descriptor}",
                $"accept4({fd}, NULL, NULL, SOCK_CLOEXEC) = -1 EWOULDBLOCK (Resource temporarily unavailable)",
                $"poll([{{fd={fd}, events=POLLIN}}], 1, 0) = 0",
                $"close({fd}) = 0",
            ],
            _lines);
    }

    [Fact]
    public void A_unix_socket_reads_as_strace_prints_it()
    {
        CallsInUse.SkipUnlessLibc("the lines are those of its calls");
        Assert.SkipUnless(System.OperatingSystem.IsLinux(), "the calls are those of Linux");
        using TemporaryDirectory directory = new();
        string path = directory.File();
        int length = path.Length + 3;

        using SocketListener listener = SocketListener.Start(directory.Endpoint(), "/", 5, BindOptions.Default, Traced);
        using SocketChannel client = SocketConnector.Connect(directory.Endpoint(), "/", Traced);

        Assert.Equal(
            [
                $"socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = {listener.Descriptor}",
                $"fchmod({listener.Descriptor}, 0600) = 0",
                $"bind({listener.Descriptor}, {{sa_family=AF_UNIX, sun_path=\"{path}\"}}, {length}) = 0",
                $"listen({listener.Descriptor}, 5) = 0",
                $"socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = {client.Descriptor}",
                $"connect({client.Descriptor}, {{sa_family=AF_UNIX, sun_path=\"{path}\"}}, {length}) = 0",
            ],
            _lines);
    }

    [Fact]
    public void A_wait_and_a_reset_are_seen()
    {
        using ChannelPair pair = new();
        Assert.Throws<SocketCallException>(() => pair.Server.Receive(1, Within.Short with { Trace = Traced.Trace }));
        pair.Client.Close(reset: true, Traced.Trace);

        string[] names = [.. _lines.Select(static l => l[..l.IndexOf('(')])];
        Assert.Equal(["recv", CallsInUse.AreLibc ? "poll" : "select", "setsockopt", "close"], names);
    }

    [Fact]
    public void Nothing_is_seen_that_nobody_asked_to_see()
    {
        using ChannelPair pair = new();
        pair.Client.Send("x"u8, Within.Ten);
        pair.Server.Receive(1, Within.Ten);

        Assert.Empty(_lines);
    }
}
