using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;
using static SocketTools.Tests.Inspection.Probing;

namespace SocketTools.Tests.Inspection;

[Collection(nameof(Alone))]
public sealed class PortProberTests
{
    [Fact]
    public void An_open_port_is_open_and_a_closed_one_is_closed_in_the_order_asked_for()
    {
        using SocketListener listener = Listener("tcp://127.0.0.1:0");
        using Socket refusing = Refusing(AddressFamily.InterNetwork, SocketType.Stream);
        int open = ((IPEndPoint)listener.LocalEndPoint!).Port;
        int closed = ((IPEndPoint)refusing.LocalEndPoint!).Port;

        List<SocketPortProbe> probes = Run(Attempt($"tcp://127.0.0.1:{closed}"), Attempt($"tcp://127.0.0.1:{open}"), Attempt($"tcp://127.0.0.1:{closed}"));

        Assert.Equal([$"tcp://127.0.0.1:{closed} Closed", $"tcp://127.0.0.1:{open} Open", $"tcp://127.0.0.1:{closed} Closed"], probes.Select(static p => p.ToString()));
        Assert.Equal(["ECONNREFUSED", "connected", "ECONNREFUSED"], probes.Select(static p => p.Reason));
        Assert.Equal([Errno.ECONNREFUSED, Errno.None, Errno.ECONNREFUSED], probes.Select(static p => p.Errno));
        Assert.All(probes, static p => Assert.InRange(p.LatencyMilliseconds, 0.000001, 5000));
        Assert.All(probes, static p => Assert.Equal(IPAddress.Loopback, p.Address));
    }

    [Fact]
    public void Many_ports_use_few_sockets_and_none_stays_open()
    {
        using SocketListener listener = Listener("tcp6://[::1]:0");
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        PortAttempt[] attempts = [.. Enumerable.Range(0, 2000).Select(i => Attempt(i % 100 == 50 ? $"tcp6://[::1]:{port}" : "tcp://127.0.0.1:1"))];
        Run(attempts[..100]);
        OpenDescriptors before = OpenDescriptors.Now();

        List<SocketPortProbe> probes = Run(attempts[100..]);

        Assert.Equal(19, probes.Count(static p => p.Status == SocketPortStatus.Open));
        Assert.Equal(1881, probes.Count(static p => p.Status == SocketPortStatus.Closed));
        before.AreBack();
    }

    [Fact]
    public void No_answer_is_Filtered_when_the_time_is_over()
    {
        using BlackHole hole = new();

        SocketPortProbe probe = Assert.Single(Run(0.15, Attempt(hole.Endpoint.ToString())));

        Assert.Equal("Filtered ETIMEDOUT", $"{probe.Status} {probe.Reason}");
        Assert.InRange(probe.LatencyMilliseconds, 140, 5000);
    }

    [Fact]
    public void Those_without_an_answer_wait_beside_each_other()
    {
        using BlackHole hole = new();
        Stopwatch clock = Stopwatch.StartNew();

        List<SocketPortProbe> probes = Run(0.3, [.. Enumerable.Range(0, 50).Select(_ => Attempt(hole.Endpoint.ToString()))]);

        Assert.All(probes, static p => Assert.Equal(SocketPortStatus.Filtered, p.Status));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.25, 5);
    }

    [Fact]
    public void The_limit_bounds_how_many_wait()
    {
        using BlackHole hole = new();
        Stopwatch clock = Stopwatch.StartNew();

        using PortProber prober = new(2, SocketWait.Seconds(0.1));
        Assert.Equal(6, prober.Run([.. Enumerable.Range(0, 6).Select(_ => Attempt(hole.Endpoint.ToString()))]).Count());

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.28, 5);
    }

    [Fact]
    public void An_answer_is_taken_while_others_are_waited_for_and_its_time_is_its_own()
    {
        // The first has no answer; the results behind it wait for it, but their times do not.
        using BlackHole hole = new();
        using SocketListener listener = Listener("tcp://127.0.0.1:0");
        List<SocketPortProbe> probes = Run(0.5, Attempt(hole.Endpoint.ToString()), Attempt(listener.Endpoint!.ToString()), Attempt("tcp://127.0.0.1:1"));

        Assert.Equal("Filtered Open Closed", string.Join(' ', probes.Select(static p => p.Status)));
        Assert.InRange(probes[1].LatencyMilliseconds, 0, 400);
        Assert.InRange(probes[2].LatencyMilliseconds, 0, 400);
    }

    [Fact]
    public void A_slow_reader_of_the_results_makes_no_port_filtered()
    {
        // More answers than one look takes; the reader takes the first, and the next when the time of all is over.
        const int Each = 150;
        Socket[] sockets = [DatagramSocket(), DatagramSocket()];
        PortAttempt[] attempts = [.. Enumerable.Range(0, 2 * Each).Select(i => Attempt($"udp://{sockets[i % 2].LocalEndPoint}"))];
        List<(Socket Socket, EndPoint Sender)> asked = [];
        using Waiter answers = Waiter.Start(stop =>
        {
            foreach (Socket socket in sockets)
            {
                for (int i = 0; i < Each; i++)
                {
                    EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
                    socket.ReceiveFrom(new byte[1], ref sender);
                    asked.Add((socket, sender));
                }
            }

            asked[0].Socket.SendTo([1], asked[0].Sender);
        });
        Stopwatch clock = Stopwatch.StartNew();
        using PortProber prober = new(4096, SocketWait.Seconds(2));
        using IEnumerator<SocketPortProbe> results = prober.Run(attempts).GetEnumerator();
        Assert.True(results.MoveNext());
        answers.Finish();
        asked[1..].ForEach(static a => a.Socket.SendTo([1], a.Sender));
        Within.TenSeconds(() => clock.Elapsed.TotalSeconds > 2.1, "the time is over");

        int open = 1;
        while (results.MoveNext())
        {
            open += results.Current.Status == SocketPortStatus.Open ? 1 : 0;
        }

        Assert.Equal(attempts.Length, open);
        Array.ForEach(sockets, static s => s.Dispose());
    }

    [Fact]
    public void A_host_with_several_addresses_is_open_where_one_of_them_is()
    {
        using SocketListener listener = Listener("tcp://127.0.0.2:0");
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        SocketEndpoint endpoint = SocketEndpoint.Parse($"tcp://host.example:{port}");

        SocketPortProbe open = Assert.Single(Run(new PortAttempt(endpoint, [Address("127.0.0.3"), Address("127.0.0.2"), Address("127.0.0.4")], [])));
        SocketPortProbe closed = Assert.Single(Run(new PortAttempt(endpoint, [Address("127.0.0.3"), Address("127.0.0.4")], [])));

        Assert.Equal("Open 127.0.0.2", $"{open.Status} {open.Address}");
        Assert.Equal("Closed 127.0.0.3", $"{closed.Status} {closed.Address}");
    }

    [Fact]
    public void The_next_address_is_tried_when_the_first_one_does_not_answer()
    {
        using BlackHole hole = new("tcp://127.0.0.3:0");
        using SocketListener listener = Listener($"tcp://127.0.0.2:{hole.Address.Port}");

        SocketPortProbe probe = Assert.Single(Run(0.2, new PortAttempt(listener.Endpoint!, [Address("127.0.0.3"), Address("127.0.0.2")], [])));

        Assert.Equal("Open 127.0.0.2", $"{probe.Status} {probe.Address}");
    }

    [Fact]
    public void Datagrams_tell_open_by_an_answer_closed_by_a_refusal_and_nothing_by_silence()
    {
        using Socket answers = DatagramSocket();
        using Waiter waiter = Waiter.Start(stop =>
        {
            EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
            answers.ReceiveFrom(new byte[1], ref sender);
            answers.SendTo(new byte[2000], sender);
        });

        SocketPortProbe open = Assert.Single(Run(5, Attempt($"udp://{answers.LocalEndPoint}")));
        waiter.Finish();
        SocketPortProbe none = Assert.Single(Run(5, Attempt("udp://127.0.0.1:1")));
        SocketPortProbe silent = Assert.Single(Run(0.1, Attempt($"udp://{answers.LocalEndPoint}")));

        Assert.Equal("Open answered", $"{open.Status} {open.Reason}");
        Assert.Equal("Closed ECONNREFUSED", $"{none.Status} {none.Reason}");
        Assert.Equal(SocketPortStatus.Unknown, silent.Status);
        Assert.Equal(Errno.ETIMEDOUT, silent.Errno);
    }

    [Fact]
    public void Unix_sockets_are_open_closed_and_full()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "unix(7)");
        using TemporaryDirectory directory = new();
        using SocketListener listener = Listener($"unix:{directory.File("s")}");
        using BlackHole hole = new($"unix:{directory.File("full")}");
        string stale = directory.File("stale");
        using (Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(directory.File("moved")));
            File.Move(directory.File("moved"), stale); // .NET removes the file where it made it.
        }

        List<SocketPortProbe> probes = Run(Attempt(listener.Endpoint!.ToString()), Attempt($"unix:{directory.File("none")}"), Attempt($"unix:{stale}"), Attempt(hole.Endpoint.ToString()));

        Assert.Equal("Open Closed Closed Open", string.Join(' ', probes.Select(static p => p.Status)));
        Assert.Equal([Errno.None, Errno.ENOENT, Errno.ECONNREFUSED, Errno.EWOULDBLOCK], probes.Select(static p => p.Errno));
        Assert.All(probes, static p => Assert.Null(p.Address));
    }

    [Fact]
    public void A_Unix_socket_for_datagrams_is_open_without_a_datagram()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && CallsInUse.AreLibc, "libc calls only: .NET has no errno for a socket of another type");
        using TemporaryDirectory directory = new();
        using SocketListener bound = Listener($"unixgram:{directory.File("d")}");
        using SocketListener stream = Listener($"unix:{directory.File("s")}");

        List<SocketPortProbe> probes = Run(Attempt(bound.Endpoint!.ToString()), Attempt($"unixgram:{directory.File("none")}"), Attempt($"unixgram:{directory.File("s")}"));

        Assert.Equal("Open Closed Closed", string.Join(' ', probes.Select(static p => p.Status)));
        Assert.Equal(Errno.EPROTOTYPE, probes[2].Errno);
        Fails.With(Errno.EWOULDBLOCK, () => bound.Channel.ReceiveDatagram(1, System.Text.Encoding.UTF8, SocketWait.Never));
    }
}
