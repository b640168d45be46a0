using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools.Inspection;
using Xunit;

namespace SocketTools.Tests.Inspection;

/// <summary>Both ways to ask Linux, for the same sockets. They are found by their inodes, whatever else the machine has open.</summary>
[Collection(nameof(Alone))]
public sealed class ConnectionTableTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<Socket> _sockets = [];

    public ConnectionTableTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has sock_diag and /proc/net");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Netlink_and_proc_tell_the_same_of_TCP(bool six)
    {
        Assert.SkipWhen(six && !Socket.OSSupportsIPv6, "no IPv6");
        IPAddress loopback = six ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        Socket listener = Open(loopback.AddressFamily, SocketType.Stream);
        listener.Bind(new IPEndPoint(loopback, 0));
        listener.Listen(5);
        Socket client = Open(loopback.AddressFamily, SocketType.Stream);
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        _sockets.Add(server);
        Same(new ConnectionQuery(Udp: false, Raw: false, Unix: false), "ESTABLISHED", "ESTABLISHED", "LISTEN");
    }

    [Fact]
    public void Netlink_and_proc_tell_the_same_of_UDP()
    {
        Open(AddressFamily.InterNetwork, SocketType.Dgram).Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Open(AddressFamily.InterNetwork, SocketType.Dgram).Connect(_sockets[0].LocalEndPoint!);
        Same(new ConnectionQuery(Tcp: false, Raw: false, Unix: false), "ESTABLISHED", "UNCONN");
    }

    [Fact]
    public void Netlink_and_proc_tell_the_same_of_Unix_sockets_with_spaces_and_line_feeds_in_their_paths()
    {
        foreach (string name in (string[])["a  b ", "two\nlines"])
        {
            Socket listener = Open(AddressFamily.Unix, SocketType.Stream);
            listener.Bind(new UnixDomainSocketEndPoint(_directory.File(name)));
            listener.Listen(5);
            Open(AddressFamily.Unix, SocketType.Stream).Connect(listener.LocalEndPoint!);
        }

        List<SocketConnection> rows = Same(new ConnectionQuery(Tcp: false, Udp: false, Raw: false), "ESTABLISHED", "ESTABLISHED", "LISTEN", "LISTEN");
        Assert.Equal([_directory.File("a  b "), _directory.File("two\nlines")], rows.Where(static r => r.State == "LISTEN").Select(static r => r.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_hundred_lists_leave_no_descriptor_open()
    {
        ConnectionTable.List(new ConnectionQuery());
        OpenDescriptors before = OpenDescriptors.Now();
        for (int i = 0; i < 100; i++)
        {
            ConnectionTable.List(new ConnectionQuery());
        }

        before.AreBack();
    }

    public void Dispose()
    {
        _sockets.ForEach(static s => s.Dispose());
        _directory.Dispose();
    }

    private Socket Open(AddressFamily family, SocketType type)
    {
        Socket socket = new(family, type, ProtocolType.Unspecified);
        _sockets.Add(socket);
        return socket;
    }

    private List<SocketConnection> Same(ConnectionQuery query, params string[] states)
    {
        HashSet<ulong> inodes = [.. _sockets.Select(static s => InodeOf(s))];
        Assert.Equal(_sockets.Count, inodes.Count);
        List<SocketConnection> netlink = Ours(netlink: true), proc = Ours(netlink: false);
        Assert.Equal(netlink.Select(Text), proc.Select(Text));
        Assert.Equal(states, netlink.Select(static r => r.State).Order(StringComparer.Ordinal));
        Assert.All(proc, static r => Assert.Equal(Environment.ProcessId, r.ProcessId));
        return proc;

        List<SocketConnection> Ours(bool netlink) => [.. ConnectionTable.List(query, netlink: netlink).Where(c => inodes.Contains(c.Inode)).OrderBy(static c => c.Inode)];
    }

    // Without what /proc/net does not have: queues of a Unix socket and the backlog, the owner and the peer of a Unix socket.
    private static string Text(SocketConnection row) => row.LocalAddress is null
        ? $"{row.Inode} {row.Protocol} {row.State} {row.Path} {row.Descriptor}"
        : $"{row.Inode} {row} {row.ReceiveQueue} {(row.State == "LISTEN" ? null : row.SendQueue)} {row.UserId} {row.Descriptor} {row.Timer} {row.Retransmits}";

    private static ulong InodeOf(Socket socket)
    {
        string link = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget!;
        return ulong.Parse(link["socket:[".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
