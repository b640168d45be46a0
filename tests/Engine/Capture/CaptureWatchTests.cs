using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace SocketTools.Tests;

/// <summary>Packets while the capture runs.</summary>
public sealed class CaptureWatchTests : IDisposable
{
    private readonly Socket _receiver = Permitted();
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private int _sent;

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
    }

    [Fact]
    public void Each_packet_comes_while_the_capture_runs_and_a_stop_has_the_others()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        using IEnumerator<SocketPacket> watch = capture.Watch(3, Within.Ten).GetEnumerator();
        for (int i = 1; i <= 3; i++)
        {
            Send(1);
            Assert.True(watch.MoveNext());
            Assert.Equal((i, (long)i, SocketCaptureState.Running), (Content(watch.Current), watch.Current.Number, capture.State));
        }

        Send(2);
        Assert.False(watch.MoveNext());
        Assert.Equal(SocketCaptureState.Running, capture.State);
        List<SocketPacket> rest = capture.Packets();
        Assert.Equal([(4, 4L), (5, 5L)], rest.Select(static p => (Content(p), p.Number)));
        Assert.Equal((0L, 0L), (capture.Discarded, capture.Dropped));
    }

    [Fact]
    public void A_packet_that_waits_is_handed_over_within_some_milliseconds()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        using Waiter waiter = Waiter.Start(_ => Assert.Single(capture.Watch(1, Within.Ten)));
        Assert.InRange(waiter.EndBy(() => Send(1)), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        waiter.Finish();
    }

    [Fact]
    public void When_the_time_is_over_what_was_sent_until_then_is_there_and_the_capture_has_ended()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        Send(20);
        Assert.Equal(Enumerable.Range(1, 20), capture.Watch(null, SocketWait.Never).Select(Content));
        Assert.Equal(SocketCaptureState.Stopped, capture.State);
        Assert.Empty(capture.Watch(null, Within.Ten)); // Of a capture that has ended.
    }

    [Theory]
    [InlineData(0, Errno.EWOULDBLOCK)]
    [InlineData(0.03, Errno.ETIMEDOUT)]
    public void Fewer_than_were_asked_for_are_an_error_behind_them(double seconds, Errno errno)
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        Send(2);
        List<SocketPacket> packets = [];
        SocketCallException thrown = Assert.Throws<SocketCallException>(() =>
        {
            foreach (SocketPacket packet in capture.Watch(3, SocketWait.Seconds(seconds)))
            {
                packets.Add(packet);
            }
        });
        Assert.Equal((errno, capture), (thrown.Errno, thrown.Target));
        Assert.Contains("2 of 3", thrown.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2], packets.Select(Content));
    }

    [Fact]
    public void The_last_of_the_count_may_come_with_the_end_of_the_time()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        Send(3);
        Assert.Equal([1, 2], capture.Watch(2, SocketWait.Never).Select(Content));
    }

    [Fact]
    public void The_time_ends_a_watch_also_where_packets_never_stop()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        Send(1);
        long seen = 0;
        foreach (SocketPacket packet in capture.Watch(null, Within.Short).Take(1_000_000))
        {
            seen = packet.Number;
            if (capture.State == SocketCaptureState.Running)
            {
                Send(1);
            }
        }

        Assert.InRange(seen, 1, 999_999);
        Assert.Equal(SocketCaptureState.Stopped, capture.State);
    }

    [Fact]
    public void A_watch_that_waits_can_be_stopped_and_the_capture_goes_on()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        using Waiter waiter = Waiter.Start(token => Assert.Empty(capture.Watch(null, new SocketWait(Timeout.InfiniteTimeSpan, token))));
        Assert.InRange(waiter.Stop(), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.IsType<OperationCanceledException>(waiter.Error);
        Assert.Equal(SocketCaptureState.Running, capture.State);
        Send(1);
        Assert.Single(capture.Packets());
    }

    [Fact]
    public void It_ends_with_the_capture_that_somebody_stops_who_has_what_was_not_taken()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        int taken = 0;
        List<SocketPacket> rest = [];
        using Waiter waiter = Waiter.Start(_ => taken = capture.Watch(null, SocketWait.Forever).Count());
        Send(5);
        waiter.EndBy(() => rest = capture.Packets());
        waiter.Finish();
        Assert.Equal(5, taken + rest.Count);
    }

    [Fact]
    public void Two_that_watch_one_capture_share_its_packets()
    {
        const int Each = 500;
        using SocketCapture capture = Capturing.Start(_receiver.Port());
        long[][] numbers = [[], []];
        using Waiter one = Waiter.Start(_ => numbers[0] = [.. capture.Watch(Each, Within.Ten).Select(static p => p.Number)]);
        using Waiter two = Waiter.Start(_ => numbers[1] = [.. capture.Watch(Each, Within.Ten).Select(static p => p.Number)]);
        Send(2 * Each);
        one.Finish();
        two.Finish();
        Assert.Equal(Enumerable.Range(1, 2 * Each).Select(static n => (long)n), numbers[0].Concat(numbers[1]).Order());
        Assert.All(numbers, static n => Assert.Equal(n.Order(), n));
    }

    [Fact]
    public void Those_that_were_taken_are_not_those_that_were_discarded()
    {
        using SocketCapture capture = Capturing.Start(_receiver.Port(), new() { MaximumPackets = 2 });
        Send(5);
        Within.TenSeconds(() => capture.Discarded == 3, "the oldest three went");
        Assert.Equal([(4, 4L), (5, 5L)], capture.Watch(2, Within.Ten).Select(static p => (Content(p), p.Number)));
        Send(1);
        Assert.Equal([(6, 6L)], capture.Watch(1, Within.Ten).Select(static p => (Content(p), p.Number)));
        Assert.Equal((3L, 0L), (capture.Discarded, capture.Packets));
        Assert.Empty(capture.Packets());
        Assert.Equal((3L, 0L), (capture.Discarded, capture.Packets));
    }

    [Fact]
    public void When_the_interface_goes_down_it_ends_behind_the_packets_before() => OwnNetwork.Run(() =>
    {
        using SocketCapture capture = SocketCapture.Start(new() { Interface = "lo", Filter = new() { Protocols = [CaptureProtocol.Udp] } });
        using Socket receiver = Capturing.Receiver();
        receiver.SendTo([1], receiver.LocalEndPoint!);
        int taken = 0;
        using Waiter waiter = Waiter.Start(_ => taken = capture.Watch(2, Within.Ten).Count());
        waiter.EndBy(() => Capturing.Run("ip", "link", "set", "lo", "down"));
        waiter.Finish();
        Assert.Equal((1, Errno.ENETDOWN), (taken, capture.Error!.Errno));
    });

    private static Socket Permitted()
    {
        Capturing.SkipUnlessPermitted();
        return Capturing.Receiver();
    }

    private static int Content(SocketPacket packet) => BitConverter.ToInt32(packet.Payload);

    private void Send(int count)
    {
        for (; count > 0; count--)
        {
            _sender.SendTo(BitConverter.GetBytes(++_sent), _receiver.LocalEndPoint!);
        }
    }
}
