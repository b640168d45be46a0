using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using SocketTools.Calls;
using Xunit;

namespace SocketTools.Tests.Waiting;

/// <summary>The same behaviours for few sockets, which are handed to poll(2), and for many, which are kept in an epoll(7).</summary>
[Collection(nameof(Alone))]
public sealed class SocketWaiterTests
{
    public static TheoryData<int> Counts => OperatingSystem.IsLinux() && CallsInUse.AreLibc ? [2, 127, 128, 300] : [2, 127];

    [Theory]
    [MemberData(nameof(Counts))]
    public void The_one_that_is_ready_is_found(int count)
    {
        using ReadinessPairs pairs = new(count);
        using WaitSet set = pairs.Set();
        for (int i = 0; i < 3; i++)
        {
            int which = i * (count - 1) / 2;
            pairs.Far[which].Send("x"u8, Within.Ten);

            SocketReadiness ready = Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten));

            Assert.Same(pairs.Near[which], ready.Channel);
            Assert.Equal((true, false, false), (ready.Readable, ready.Writable, ready.Error));
            pairs.Near[which].Receive(1, Within.Ten);
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void What_is_waited_for_may_change_from_wait_to_wait(int count)
    {
        using ReadinessPairs pairs = new(count);
        using WaitSet set = pairs.Set();
        pairs.Far[1].Send("x"u8, Within.Ten);

        Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten));
        Assert.Equal(count, SocketWaiter.Wait(set, PollEvents.Write, all: false, Within.Ten).Count);
        List<SocketReadiness> both = SocketWaiter.Wait(set, PollEvents.Read | PollEvents.Write, all: false, Within.Ten);
        Assert.Equal(count, both.Count(static r => r.Writable));
        Assert.Same(pairs.Near[1], Assert.Single(both, static r => r.Readable).Channel);
        Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Half_a_line_is_waited_for_once(int count)
    {
        using ReadinessPairs pairs = new(count);
        using WaitSet set = pairs.Set();
        SocketChannel near = pairs.Near[1];
        pairs.Far[1].Send("half"u8, Within.Ten);
        Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten));
        Fails.With(Errno.EWOULDBLOCK, () => Line(near));
        Fails.With(Errno.EWOULDBLOCK, () => SocketWaiter.Wait(set, PollEvents.Read, all: false, SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => SocketWaiter.Wait(set, PollEvents.Read, all: true, Within.Short));
        Assert.Equal(4, near.Buffered);

        pairs.Far[1].Send(" and half\nnext\n"u8, Within.Ten);
        foreach (string line in (string[])["half and half", "next"])
        {
            Assert.Same(near, Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten)).Channel);
            Assert.Equal(line, Line(near));
        }

        static string? Line(SocketChannel channel) => channel.ReceiveRecord("\n", line: true, System.Text.Encoding.UTF8, 100, SocketWait.Never);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_wait_that_ends_by_time_says_which_time(int count)
    {
        using ReadinessPairs pairs = new(count);
        using WaitSet set = pairs.Set();
        foreach (bool all in new[] { false, true })
        {
            Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<SocketCallException>(() => SocketWaiter.Wait(set, PollEvents.Read, all, Within.Short)).Errno);
            Assert.Equal(Errno.EWOULDBLOCK, Assert.Throws<SocketCallException>(() => SocketWaiter.Wait(set, PollEvents.Read, all, SocketWait.Never)).Errno);
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void All_waits_for_the_last(int count)
    {
        using ReadinessPairs pairs = new(count);
        using WaitSet set = pairs.Set();
        for (int i = 0; i < count - 1; i++)
        {
            pairs.Far[i].Send("x"u8, Within.Ten);
        }

        List<SocketReadiness>? ready = null;
        using Waiter waiter = Waiter.Start(_ => ready = SocketWaiter.Wait(set, PollEvents.Read, all: true, Within.Ten));
        Assert.Null(ready);
        pairs.Far[^1].Send("x"u8, Within.Ten);
        waiter.Finish();

        Assert.Equal(pairs.Near, ready!.Select(static r => r.Channel));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void The_token_ends_a_wait_in_time_and_the_set_goes_on(int count)
    {
        Promptly.Ends(() =>
        {
            using ReadinessPairs pairs = new(count);
            using WaitSet set = pairs.Set();
            using Waiter waiter = Waiter.Start(stop => SocketWaiter.Wait(set, PollEvents.Read, all: false, SocketWait.Forever with { Stop = stop }));

            TimeSpan time = waiter.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
            pairs.Far[0].Send("x"u8, Within.Ten);
            Assert.Single(SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten));
            return time;
        });
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_close_ends_a_wait_in_time_and_the_closed_one_is_named(int count)
    {
        foreach (bool all in new[] { false, true })
        {
            Promptly.Ends(() =>
            {
                using ReadinessPairs pairs = new(count);
                using WaitSet set = pairs.Set();
                using Waiter waiter = Waiter.Start(stop => SocketWaiter.Wait(set, PollEvents.Read, all, SocketWait.Forever with { Stop = stop }));

                TimeSpan time = waiter.EndBy(() => pairs.Near[1].Close());

                SocketCallException error = Assert.IsType<SocketCallException>(waiter.Error);
                Assert.Equal(Errno.EBADF, error.Errno);
                Assert.Same(pairs.Near[1], error.Target);
                return time;
            });
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_close_at_any_moment_of_the_wait_ends_it(int count)
    {
        // Started and closed side by side, so that the close comes before, in and after each step on the way into the kernel.
        for (int i = 0; i < 200; i++)
        {
            using ReadinessPairs pairs = new(count);
            using WaitSet set = pairs.Set();
            using Barrier together = new(2);
            Exception? error = null;
            Thread thread = new(() =>
            {
                together.SignalAndWait();
                error = Record.Exception(() => SocketWaiter.Wait(set, PollEvents.Read, all: false, Within.Ten));
            });
            thread.Start();
            together.SignalAndWait();
            Thread.SpinWait(i * 10);
            pairs.Near[0].Close();
            long closed = Stopwatch.GetTimestamp();
            thread.Join();
            TimeSpan time = Stopwatch.GetElapsedTime(closed);

            SocketCallException thrown = Assert.IsType<SocketCallException>(error);
            Assert.Equal((Errno.EBADF, (object)pairs.Near[0]), (thrown.Errno, thrown.Target));
            Assert.True(time < TimeSpan.FromSeconds(5), $"The wait went on for {time.TotalSeconds} s after the close.");
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_new_channel_with_the_number_of_a_closed_one_is_not_taken_for_it(int count)
    {
        using ReadinessPairs pairs = new(count);
        object[] given = [.. pairs.Near];
        using WaitSet set = pairs.Set();
        Assert.Throws<SocketCallException>(() => SocketWaiter.Wait(set, PollEvents.Read, all: false, SocketWait.Never));
        Assert.True(set.Fits(given));
        pairs.Near[1].Close();
        using SocketChannel other = SocketChannel.Create(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        Assert.False(set.Fits(given));
        Assert.Equal(Errno.EBADF, Assert.Throws<SocketCallException>(() => SocketWaiter.Wait(set, PollEvents.Write, all: false, Within.Ten)).Errno);
    }

    [Fact]
    public void A_set_fits_only_the_same_channels_in_the_same_order()
    {
        using ReadinessPairs pairs = new(3);
        using WaitSet set = pairs.Set();
        SocketWaiter.Wait(set, PollEvents.Write, all: false, Within.Ten);

        Assert.True(set.Fits(pairs.Near.ToArray<object>()));
        Assert.False(set.Fits(pairs.Near.Reverse().ToArray<object>()));
        Assert.False(set.Fits(pairs.Near.Take(2).ToArray<object>()));
        Assert.False(set.Fits([pairs.Near[0], pairs.Near[1], pairs.Far[2]]));
    }

    [Fact]
    public void A_set_with_somebody_elses_socket_is_not_kept()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        SocketChannel channel = SocketChannel.From(socket);
        using WaitSet set = new([socket], [new WaitItem(socket, channel)]);
        Assert.Same(socket, Assert.Single(SocketWaiter.Wait(set, PollEvents.Write, all: false, Within.Ten)).Channel);

        Assert.False(set.Fits([socket]));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Urgent_data_is_an_error_and_nothing_else(int count)
    {
        Assert.SkipUnless(CallsInUse.AreLibc, "libc calls only: Socket.Select tells urgent data in another way");
        using ReadinessPairs pairs = new(count - 1);
        using ChannelPair tcp = new();
        SocketChannel[] channels = [.. pairs.Near, tcp.Client];
        using WaitSet set = ReadinessPairs.SetOf(channels);
        tcp.Server.SendUrgent("!"u8, Within.Ten);

        SocketReadiness ready = Assert.Single(SocketWaiter.Wait(set, PollEvents.Priority, all: false, Within.Ten));

        Assert.Same(tcp.Client, ready.Channel);
        Assert.Equal((false, false, true), (ready.Readable, ready.Writable, ready.Error));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_one_that_is_ready_is_given(int count)
    {
        using ReadinessPairs pairs = new(count);
        using WaitSet set = pairs.Set();

        Assert.Equal(pairs.Near, SocketWaiter.Wait(set, PollEvents.Write, all: false, Within.Ten).Select(static r => r.Channel));
    }

    [Fact]
    public void A_set_that_a_thread_leaves_behind_gives_its_descriptor_back()
    {
        CallsInUse.SkipUnlessLibc("the set is an epoll");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the set is an epoll");
        using ReadinessPairs pairs = new(130);
        Leave(pairs);
        int before = Epolls();
        for (int i = 0; i < 5; i++)
        {
            Leave(pairs);
        }

        Within.TenSeconds(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Epolls() <= before;
            },
            "the descriptors are closed");

        static void Leave(ReadinessPairs pairs)
        {
            Thread thread = new(() => SocketWaiter.Wait(pairs.Set(), PollEvents.Write, all: false, Within.Ten));
            thread.Start();
            thread.Join();
        }

        static int Epolls() => Directory.GetFiles("/proc/self/fd").Count(static f => new FileInfo(f).LinkTarget == "anon_inode:[eventpoll]");
    }
}
