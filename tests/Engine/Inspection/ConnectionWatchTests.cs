using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using SocketTools;
using SocketTools.Inspection;
using Xunit;

namespace SocketTools.Tests.Inspection;

public sealed class ConnectionWatchTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ConnectionWatch _watch = new();

    [Fact]
    public void The_first_list_has_no_changes() => Assert.Equal("", Next(Tcp("ESTABLISHED", 1)));

    [Fact]
    public void A_new_socket_a_new_state_and_a_socket_that_is_gone_are_told()
    {
        Next();
        Assert.Equal("Opened -> SYN_SENT", Next(Tcp("SYN_SENT", 1)));
        Assert.Equal("", Next(Tcp("SYN_SENT", 1)));
        Assert.Equal("Changed SYN_SENT -> ESTABLISHED", Next(Tcp("ESTABLISHED", 1)));
        Assert.Equal("Closed ESTABLISHED ->", Next());
        Assert.Equal("", Next());
    }

    [Fact]
    public void A_socket_that_loses_its_inode_is_the_same_by_its_addresses()
    {
        Next(Tcp("FIN_WAIT_2", 7));
        Assert.Equal("Changed FIN_WAIT_2 -> TIME_WAIT", Next(Tcp("TIME_WAIT", 0)));
        Assert.Equal("Closed TIME_WAIT ->", Next());
    }

    [Fact]
    public void A_socket_that_is_accepted_gets_an_inode_and_is_the_same()
    {
        Next(Tcp("ESTABLISHED", 0));
        Assert.Equal("", Next(Tcp("ESTABLISHED", 9)));
        Assert.Equal("Changed ESTABLISHED -> CLOSE_WAIT", Next(Tcp("CLOSE_WAIT", 9)));
    }

    [Fact]
    public void A_socket_that_gets_a_peer_is_the_same_by_its_inode()
    {
        Next(Tcp("CLOSE", 5, remotePort: 0));
        Assert.Equal("Changed CLOSE -> SYN_SENT", Next(Tcp("SYN_SENT", 5)));
    }

    [Fact]
    public void Listeners_at_one_address_are_told_apart()
    {
        Next(Tcp("LISTEN", 1, remotePort: 0), Tcp("LISTEN", 2, remotePort: 0));
        Assert.Equal("Closed LISTEN ->", Next(Tcp("LISTEN", 2, remotePort: 0)));
    }

    [Fact]
    public void A_socket_that_is_listed_twice_is_told_once()
    {
        Next(Tcp("ESTABLISHED", 1));
        Assert.Equal("Changed ESTABLISHED -> FIN_WAIT_1", Next(Tcp("FIN_WAIT_1", 1), Tcp("FIN_WAIT_2", 1)));
        Assert.Equal("", Next(Tcp("FIN_WAIT_1", 1)));
    }

    [Fact]
    public void Who_held_a_socket_is_known_when_it_is_gone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells");
        using FakeProcesses proc = new();
        proc.Add(12, "one", (3, 77));
        Next(Tcp("ESTABLISHED", 77, proc.Owners()));
        proc.Remove(12);
        List<SocketConnectionChange> changes = _watch.Next([Tcp("TIME_WAIT", 0, proc.Owners())], s_time);
        Assert.Equal((12, "one"), (changes[0].ProcessId, changes[0].ProcessName));
        changes = _watch.Next([], s_time);
        Assert.Equal((SocketConnectionChangeKind.Closed, 12, "one"), (changes[0].Kind, changes[0].ProcessId, changes[0].ProcessName));
    }

    private string Next(params SocketConnection[] now) =>
        string.Join(", ", _watch.Next(now, s_time).Select(static c => $"{c.Kind} {c.Before} -> {c.State}".Replace("  ", " ", StringComparison.Ordinal).Trim()));

    private static SocketConnection Tcp(string state, ulong inode, SocketOwners? owners = null, int remotePort = 2) => new()
    {
        Protocol = "tcp", State = state, Inode = inode, LocalAddress = IPAddress.Loopback, LocalPort = 1, RemoteAddress = IPAddress.Loopback, RemotePort = remotePort, Owners = owners,
    };
}
