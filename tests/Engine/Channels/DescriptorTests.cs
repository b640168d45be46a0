using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

/// <summary>What is opened is closed.</summary>
[Collection(nameof(Alone))]
public sealed class DescriptorTests
{
    [Fact]
    public void Five_thousand_cycles_of_connect_accept_and_close_leave_nothing_open()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        Leaves_nothing_open(5000, i =>
        {
            SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
            SocketChannel server = listener.Accept(Within.Ten);
            if (i % 100 == 0)
            {
                _ = client.Socket.Connected; // Closing goes another way when the socket has been looked at.
            }

            client.Close(reset: i % 2 == 0);
            server.Close();
        });
        Assert.Equal(0, listener.Active);
    }

    [Fact]
    public void Five_hundred_cycles_of_listeners_leave_nothing_open()
    {
        using TemporaryDirectory directory = new();
        Leaves_nothing_open(500, i =>
        {
            using SocketListener listener = SocketListener.Start(
                i % 2 == 0 ? SocketEndpoint.Parse("tcp://:0") : directory.Endpoint(), "/", 5, BindOptions.Default, Within.Ten);
            using SocketChannel client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        });
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void Five_hundred_waits_that_ran_out_of_time_leave_nothing_open()
    {
        using ChannelPair pair = new();
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        SocketWait wait = SocketWait.Seconds(0.001);
        Leaves_nothing_open(500, i => Fails.With(Errno.ETIMEDOUT, () => i % 2 == 0 ? pair.Client.Receive(1, wait) : listener.Accept(wait)));
    }

    [Fact]
    public void Connects_that_fail_leave_nothing_open()
    {
        using BlackHole hole = new();
        SocketEndpoint closed = ConnectTests.ClosedPort();
        SocketEndpoint missing = SocketEndpoint.Parse("/nowhere/s");
        Leaves_nothing_open(100, i =>
        {
            SocketEndpoint endpoint = (i % 3) switch { 0 => closed, 1 => missing, _ => hole.Endpoint };
            Assert.Throws<SocketConnectException>(() => SocketConnector.Connect(endpoint, "/", SocketWait.Seconds(0.001)));
        });
    }

    [Fact]
    public void Listeners_that_fail_leave_nothing_open()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
        SocketEndpoint missing = SocketEndpoint.Parse("/nowhere/s");
        Leaves_nothing_open(100, i => Assert.Throws<SocketCallException>(
            () => SocketListener.Start(i % 2 == 0 ? missing : listener.Endpoint!, "/", 5, BindOptions.Default, Within.Ten)));
    }

    [Fact]
    public void Waits_that_were_stopped_leave_nothing_open()
    {
        using ChannelPair pair = new();
        Leaves_nothing_open(CallsInUse.AreLibc ? 100 : 10, i =>
        {
            using CancellationTokenSource stop = new();
            stop.CancelAfter(1);
            Assert.ThrowsAny<OperationCanceledException>(() => pair.Client.Receive(1, SocketWait.Forever with { Stop = stop.Token }));
        });
    }

    [Fact]
    public void Many_waits_at_once_leave_nothing_open()
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 64, BindOptions.Default, Within.Ten);
        SocketChannel[] channels = [.. Enumerable.Range(0, 8).Select(_ => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten))];
        Leaves_nothing_open(3, _ =>
        {
            Waiter[] waiters = [.. channels.Select(c => Waiter.Start(stop => c.Receive(1, SocketWait.Forever with { Stop = stop })))];
            foreach (Waiter waiter in waiters)
            {
                waiter.Dispose();
                Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
            }
        });
        foreach (SocketChannel channel in channels)
        {
            channel.Dispose();
        }
    }

    [Fact]
    public void Sockets_are_not_inherited_by_programs_that_are_started()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the flag is read from /proc");
        using ChannelPair pair = new();
        using SocketChannel made = SocketChannel.Create(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        Assert.All([pair.Client, pair.Server, made], static c => Assert.NotEqual(0, Flags(c) & 0x80000)); // O_CLOEXEC
    }

    /// <summary>The flags of open(2) that a descriptor has, from proc_pid_fdinfo(5).</summary>
    internal static int Flags(SocketChannel channel)
    {
        string line = File.ReadAllLines($"/proc/self/fdinfo/{channel.Descriptor}")[1];
        return Convert.ToInt32(line["flags:".Length..].Trim(), 8);
    }

    private static void Leaves_nothing_open(int cycles, Action<int> cycle)
    {
        cycle(0);
        cycle(1);
        cycle(2);
        OpenDescriptors before = OpenDescriptors.Now();
        for (int i = 0; i < cycles; i++)
        {
            cycle(i);
        }

        before.AreBack();
    }
}
