using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace SocketTools.Tests;

public class CaptureTests
{
    [Fact]
    public void A_connection_is_there_from_its_SYN_to_the_last_ACK()
    {
        Capturing.SkipUnlessPermitted();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = listener.Server.Port();
        using SocketCapture capture = Capturing.Start(port, protocol: CaptureProtocol.Tcp);
        using (TcpClient client = new())
        {
            client.Connect(IPAddress.Loopback, port);
            using TcpClient server = listener.AcceptTcpClient();
            client.Client.Send("hello"u8);
            Assert.Equal(5, server.Client.Receive(new byte[10]));
            client.Close();
        }

        List<SocketPacket> packets = capture.Packets();
        Assert.Equal([TcpFlags.SYN, TcpFlags.SYN | TcpFlags.ACK, TcpFlags.ACK, TcpFlags.PSH | TcpFlags.ACK, TcpFlags.ACK, TcpFlags.FIN | TcpFlags.ACK], packets.Take(6).Select(static p => p.Tcp!.Flags));
        SocketPacket last = packets[^1];
        SocketPacket fin = packets.Last(static p => p.Tcp!.Flags.HasFlag(TcpFlags.FIN));
        Assert.True(last.Tcp!.Flags == TcpFlags.ACK, string.Join('\n', packets));
        Assert.Equal(fin.Tcp!.SequenceNumber + 1, last.Tcp.AcknowledgmentNumber);
        Assert.Equal("hello", packets[3].Text);
        Assert.Equal(Enumerable.Range(1, packets.Count).Select(static n => (long)n), packets.Select(static p => p.Number));
        Assert.All(packets, static p => Assert.Equal(("lo", LinkType.Ethernet, false), (p.Interface, p.LinkType, p.Truncated)));
    }

    [Fact]
    public void What_was_sent_just_before_the_stop_is_there_each_time()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (int round = 1; round <= 40; round++)
        {
            using SocketCapture capture = Capturing.Start(receiver.Port());
            for (int i = 0; i < round; i++)
            {
                sender.SendTo(BitConverter.GetBytes(i), receiver.LocalEndPoint!);
            }

            Assert.Equal(Enumerable.Range(0, round), capture.Packets().Select(static p => BitConverter.ToInt32(p.Payload)));
            Assert.Equal(0, capture.Dropped);
        }
    }

    [Fact]
    public void What_several_threads_sent_before_the_stop_is_there_on_a_busy_machine()
    {
        Capturing.SkipUnlessPermitted();
        const int Threads = 4, Each = 200; // together fewer than the queue of a processor holds (net.core.netdev_max_backlog)
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port());
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            for (int i = 0; i < Each; i++)
            {
                sender.SendTo([(byte)number], receiver.LocalEndPoint!);
            }
        }))];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());
        List<SocketPacket> packets = capture.Packets();
        Assert.Equal(0, capture.Dropped);
        Assert.All(Enumerable.Range(0, Threads), n => Assert.Equal(Each, packets.Count(p => p.Payload[0] == n)));
    }

    [Fact]
    public void Each_packet_of_the_loopback_comes_once_also_where_all_interfaces_are_captured()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using SocketCapture one = Capturing.Start(receiver.Port());
        using SocketCapture all = Capturing.Start(receiver.Port(), new() { Interface = "any" });
        receiver.SendTo([1, 2, 3], receiver.LocalEndPoint!);
        SocketPacket packet = Assert.Single(one.Packets());
        SocketPacket cooked = Assert.Single(all.Packets());
        Assert.Equal((LinkType.Ethernet, "lo"), (packet.LinkType, packet.Interface));
        Assert.Equal((LinkType.LinuxCooked, "lo"), (cooked.LinkType, cooked.Interface));
        Assert.Equal(packet.Bytes[14..], cooked.Bytes[16..]);
        Assert.Equal(packet.Length + 2, cooked.Length);
        Assert.Equal(packet.Payload, cooked.Payload);
        Assert.Empty(cooked.Problems);
    }

    [Fact]
    public void Time_is_that_of_the_kernel_in_nanoseconds()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port());
        DateTimeOffset before = DateTimeOffset.Now;
        for (int i = 0; i < 20; i++)
        {
            receiver.SendTo([1], receiver.LocalEndPoint!);
        }

        DateTimeOffset after = DateTimeOffset.Now;
        List<SocketPacket> packets = capture.Packets();
        Assert.All(packets, p => Assert.InRange(p.Timestamp, before.AddMilliseconds(-1), after.AddMilliseconds(1)));
        Assert.Contains(packets, static p => p.TimestampNanoseconds % 1000 != 0);
        Assert.Equal(packets.Select(static p => p.TimestampNanoseconds).Order(), packets.Select(static p => p.TimestampNanoseconds));
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 1)]
    [InlineData(262144, 1042)]
    public void A_snap_length_cuts_and_the_length_stays(int snapLength, int captured)
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port(), new() { SnapLength = snapLength });
        receiver.SendTo(new byte[1000], receiver.LocalEndPoint!);
        SocketPacket packet = Assert.Single(capture.Packets());
        Assert.Equal((captured, 1042, captured < 1042), (packet.Bytes.Length, packet.Length, packet.Truncated));
    }

    [Fact]
    public void The_largest_packet_of_the_loopback_is_there_whole()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port());
        byte[] sent = new byte[65507];
        new Random(1).NextBytes(sent);
        receiver.SendTo(sent, receiver.LocalEndPoint!);
        Assert.Equal(sent, Assert.Single(capture.Packets()).Payload);
    }

    [Theory]
    [InlineData(10, long.MaxValue, 10)]
    [InlineData(long.MaxValue, 2000, 20)]
    public void When_there_is_no_room_the_oldest_go_and_are_counted(long packets, long bytes, int kept)
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port(), new() { MaximumPackets = packets, MaximumBytes = bytes });
        for (int i = 0; i < 50; i++)
        {
            receiver.SendTo([.. BitConverter.GetBytes(i), .. new byte[26]], receiver.LocalEndPoint!); // 72 bytes, and 24 of ours, which are 96
        }

        List<SocketPacket> all = capture.Packets();
        Assert.Equal((kept, 50 - kept), (capture.Packets, capture.Discarded));
        Assert.Equal(Enumerable.Range(50 - kept, kept), all.Select(static p => BitConverter.ToInt32(p.Payload)));
        Assert.Equal(51 - kept, all[0].Number);
    }

    [Fact]
    public void Every_packet_is_taken_or_counted_as_dropped()
    {
        Capturing.SkipUnlessPermitted();
        const int Sent = 60_000;
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port(), new() { BufferSize = 1024 * 1024, MaximumPackets = 1 });
        byte[] large = new byte[1000];
        long lost = LostInQueues();
        for (int i = 0; i < Sent; i++)
        {
            receiver.SendTo(large, receiver.LocalEndPoint!);
        }

        long looked = capture.Dropped; // Each look sets the kernel's own count back.
        capture.Packets();
        Assert.InRange(capture.Dropped, looked, Sent);

        // What the queue of a processor had no room for was never received, and so not captured either.
        Assert.InRange(capture.Packets + capture.Discarded + capture.Dropped, Sent - (LostInQueues() - lost), Sent);
    }

    // The second column of each processor's line.
    private static long LostInQueues() => File.ReadLines("/proc/net/softnet_stat").Sum(static l => Convert.ToInt64(l.Split(' ')[1], 16));

    [Fact]
    public void It_is_listed_until_it_is_stopped_and_hands_its_packets_out_once()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        using SocketCapture capture = Capturing.Start(receiver.Port());
        Assert.Contains(capture, SocketCapture.Running);
        Assert.Equal(SocketCaptureState.Running, capture.State);
        receiver.SendTo([1], receiver.LocalEndPoint!);
        Within.TenSeconds(() => capture.Packets == 1, "the packet is counted while the capture runs");
        Assert.Single(capture.Packets());
        Assert.DoesNotContain(capture, SocketCapture.Running);
        Assert.Equal((SocketCaptureState.Stopped, 1L, 0L), (capture.State, capture.Packets, capture.Dropped));
        SocketCallException thrown = Assert.Throws<SocketCallException>(() => capture.Stop(default, Within.Ten));
        Assert.Equal((Errno.EBADF, capture), (thrown.Errno, thrown.Target));
    }

    [Fact]
    public void Its_counts_stay_when_its_packets_are_gone()
    {
        Capturing.SkipUnlessPermitted();
        using Socket receiver = Capturing.Receiver();
        SocketCapture disposed = Capturing.Start(receiver.Port());
        SocketCapture stopped = Capturing.Start(receiver.Port(), new() { MaximumPackets = 2 });
        for (int i = 0; i < 3; i++)
        {
            receiver.SendTo([1], receiver.LocalEndPoint!);
        }

        disposed.Dispose();
        Assert.Single(stopped.Stop(default, Within.Ten).Take(1));
        Assert.InRange(disposed.Packets, 0, 3); // It waits for none.
        Assert.Equal((0L, SocketCaptureState.Stopped), (disposed.Discarded, disposed.State));
        Assert.Equal((2L, 1L), (stopped.Packets, stopped.Discarded));
    }

    [Fact]
    public void An_interface_that_is_not_there_is_ENODEV()
    {
        Capturing.SkipUnlessPermitted();
        SocketCallException thrown = Assert.Throws<SocketCallException>(() => SocketCapture.Start(new() { Interface = "no-such-interface" }));
        Assert.Equal((Errno.ENODEV, "no-such-interface"), (thrown.Errno, thrown.Target));
    }

    [Fact]
    public void A_connection_that_is_about_to_close_is_waited_for()
    {
        Capturing.SkipUnlessPermitted();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using SocketCapture capture = Capturing.Start(listener.Server.Port(), protocol: CaptureProtocol.Tcp);
        using TcpClient client = new();
        client.Connect(IPAddress.Loopback, listener.Server.Port());
        using TcpClient server = listener.AcceptTcpClient();
        client.Client.Shutdown(SocketShutdown.Send);
        using Waiter stop = Waiter.Start(_ => Assert.Equal(2, capture.Packets(TimeSpan.FromMinutes(1)).Count(static p => p.Tcp!.Flags.HasFlag(TcpFlags.FIN))));
        stop.EndBy(server.Close);
        stop.Finish();
    }

    [Fact]
    public void A_stop_that_waits_can_be_stopped()
    {
        Capturing.SkipUnlessPermitted();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using SocketCapture capture = Capturing.Start(listener.Server.Port(), protocol: CaptureProtocol.Tcp);
        using TcpClient client = new();
        client.Connect(IPAddress.Loopback, listener.Server.Port());
        client.Client.Shutdown(SocketShutdown.Send);
        using Waiter stop = Waiter.Start(token => capture.Stop(TimeSpan.FromMinutes(1), new SocketWait(Timeout.InfiniteTimeSpan, token)));
        Assert.InRange(stop.Stop(), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.IsType<OperationCanceledException>(stop.Error);
        Assert.Equal(SocketCaptureState.Stopped, capture.State);
    }
}
