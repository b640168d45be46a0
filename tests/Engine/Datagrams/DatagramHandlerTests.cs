using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

/// <summary>The datagram server with workers in C#: what it owes to any host.</summary>
[Collection(nameof(Alone))]
public sealed class DatagramHandlerTests
{
    [Fact]
    public void Each_datagram_goes_to_a_handler_which_answers_it()
    {
        using SocketListener listener = Serve(4, static datagram => datagram.Reply(datagram.Text + "!"));
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);
        Array.ForEach(["a", "b", ""], t => DatagramPair.Send(client, t));

        string[] answers = [.. Enumerable.Range(0, 3).Select(_ => DatagramPair.Receive(client).Text).Order(StringComparer.Ordinal)];

        Assert.Equal(["!", "a!", "b!"], answers);
        Assert.Equal(3L, listener.Accepted);
    }

    [Fact]
    public void No_more_are_taken_than_there_can_be_handlers_and_the_others_wait_in_the_socket()
    {
        using ManualResetEventSlim leave = new();
        using CountdownEvent inside = new(2);
        ConcurrentQueue<string> seen = new();
        using SocketListener listener = Serve(2, datagram =>
        {
            seen.Enqueue(datagram.Text);
            if (!inside.IsSet)
            {
                inside.Signal();
            }

            leave.Wait(TimeSpan.FromSeconds(10));
        });
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);
        Array.ForEach(["1", "2", "3"], t => DatagramPair.Send(client, t));

        Assert.True(inside.Wait(TimeSpan.FromSeconds(10)));
        Assert.Equal(2L, listener.Accepted);
        leave.Set();

        Within.TenSeconds(() => seen.Count == 3, "the third one is handled");
        Assert.Equal(3L, listener.Accepted);
    }

    [Fact]
    public void One_that_is_too_long_is_cut_and_says_so()
    {
        SocketDatagram? seen = null;
        using ManualResetEventSlim came = new();
        using SocketListener listener = Serve(1, datagram =>
        {
            seen = datagram;
            came.Set();
        }, new ListenerLimits { MaximumDatagram = 3 });
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);

        DatagramPair.Send(client, "12345");

        Assert.True(came.Wait(TimeSpan.FromSeconds(10)));
        Assert.Equal(("123", true), (seen!.Text, seen.Truncated));
    }

    [Fact]
    public void A_handler_that_fails_is_told_with_its_sender_and_the_next_one_is_served()
    {
        using SocketListener listener = Serve(1, static datagram =>
        {
            if (datagram.Text == "bad")
            {
                throw new SocketCallException("test", Errno.EPERM, null, "on purpose");
            }

            datagram.Reply("ok");
        });
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);
        DatagramPair.Send(client, "bad");
        DatagramPair.Send(client, "good");

        Assert.Equal("ok", DatagramPair.Receive(client).Text);
        ListenerError error = Assert.Single(listener.Errors);
        Assert.Equal((client.LocalEndPoint, Errno.EPERM), (error.Client, ((SocketCallException)error.Exception).Errno));
    }

    [Fact]
    public void The_filter_drops_before_the_handler()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8");
        using SocketListener listener = Serve(1, static datagram => datagram.Reply("ok"), new ListenerLimits { Filter = new AddressFilter([], ["127.0.0.2"]) });
        using SocketChannel denied = DatagramPair.Bound("udp://127.0.0.2:0");
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);

        DatagramPair.Send(denied, "x", listener.LocalEndPoint);
        DatagramPair.Send(client, "x");

        Assert.Equal("ok", DatagramPair.Receive(client).Text);
        Assert.Equal((1L, 1L), (listener.Accepted, listener.Refused));
        DatagramPair.HasNothing(denied);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stopping_frees_the_port_at_once(bool busy)
    {
        Promptly.Ends(() =>
        {
            using ManualResetEventSlim inside = new();
            using ManualResetEventSlim leave = new();
            SocketListener listener = Serve(1, _ =>
            {
                inside.Set();
                leave.Wait(TimeSpan.FromSeconds(10));
            });
            using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);
            if (busy)
            {
                DatagramPair.Send(client, "x");
                Assert.True(inside.Wait(TimeSpan.FromSeconds(10)));
            }

            using CancellationTokenRegistration free = listener.Channel.Closing.Register(leave.Set);
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            listener.Stop();
            using SocketListener next = SocketListener.Start(listener.Endpoint!, "/", 5, BindOptions.Default, Within.Ten);
            return System.Diagnostics.Stopwatch.GetElapsedTime(started);
        });
    }

    private static SocketListener Serve(int limit, Action<SocketDatagram> handler, ListenerLimits? limits = null)
    {
        SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("udp://127.0.0.1:0"), "/", 5, BindOptions.Default, Within.Ten);
        listener.Limits = limits ?? ListenerLimits.None;
        listener.Serve(new DatagramHandlerServer(listener, limit, () => new Worker(listener, handler)));
        return listener;
    }

    private sealed class Worker(SocketListener listener, Action<SocketDatagram> handler) : IHandlerWorker
    {
        public void Run(HandlerPool pool)
        {
            while (pool.Take() is { } work)
            {
                bool failed = false;
                try
                {
                    handler((SocketDatagram)work.Item!);
                }
                catch (SocketCallException e)
                {
                    failed = true;
                    listener.Report(work.Client, e, sender: work.Sender);
                }

                pool.Complete(work, failed);
            }
        }

        public void Stop()
        {
        }

        public void Dispose()
        {
        }
    }
}
