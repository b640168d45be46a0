using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Channels;

[Collection(nameof(Alone))]
public sealed class CloseTests
{
    public static TheoryData<string> Waits => ["recv", "exactly", "peek", "line", "all", "text", "read", "second reader"];

    [Theory]
    [MemberData(nameof(Waits))]
    public void Closing_under_a_reader_gives_it_EBADF_in_time_and_the_peer_a_clean_end(string wait)
    {
        Promptly.Ends(() =>
        {
            using ChannelPair pair = new();
            using Waiter? other = wait == "second reader" ? Waiter.Start(stop => pair.Client.Receive(1, Within.Ten with { Stop = stop })) : null;
            using Waiter reader = Waiter.Start(stop => StopTests.Receive(pair.Client, wait, Within.Ten with { Stop = stop }));

            TimeSpan time = reader.EndBy(() => pair.Client.Close());

            Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(reader.Error).Errno);
            Assert.Null(pair.Server.Receive(1, Within.Ten));
            return time;
        });
    }

    [Fact]
    public void Closing_under_an_accept_gives_it_EBADF_in_time()
    {
        Promptly.Ends(() =>
        {
            using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 5, BindOptions.Default, Within.Ten);
            using Waiter accept = Waiter.Start(stop => listener.Accept(Within.Ten with { Stop = stop }));

            TimeSpan time = accept.EndBy(() => listener.Stop());

            Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(accept.Error).Errno);
            return time;
        });
    }

    [Fact]
    public void Closing_under_a_send_gives_it_EBADF_in_time_with_the_count()
    {
        Promptly.Ends(() =>
        {
            using ChannelPair pair = new();
            using Waiter send = Waiter.Start(stop => pair.Client.Send(new byte[32 << 20], Within.Ten with { Stop = stop }));

            TimeSpan time = send.EndBy(() => pair.Client.Close());

            SocketCallException error = Assert.IsType<SocketCallException>(send.Error);
            Assert.Equal((Errno.EBADF, pair.Client.BytesSent), (error.Errno, error.BytesTransferred));
            return time;
        });
    }

    [Fact]
    public void Closing_under_a_connect_gives_it_EBADF_in_time()
    {
        Promptly.Ends(() =>
        {
            using BlackHole hole = new();
            using SocketChannel channel = SocketChannel.Create(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using Waiter connect = Waiter.Start(stop => channel.Connect(hole.Endpoint, "/", Within.Ten with { Stop = stop }));

            TimeSpan time = connect.EndBy(() => channel.Close());

            Assert.Equal(Errno.EBADF, Assert.IsAssignableFrom<SocketCallException>(connect.Error).Errno);
            return time;
        });
    }

    [Fact]
    public void Closing_under_a_read_of_the_stream_ends_it_and_the_peer_sees_a_clean_end()
    {
        Promptly.Ends(() =>
        {
            using ChannelPair pair = new();
            using Waiter reader = Waiter.Start(stop => pair.Client.Stream.ReadAsync(new byte[1], stop).AsTask().GetAwaiter().GetResult());

            TimeSpan time = reader.EndBy(() => pair.Client.Close());

            Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(reader.Error).Errno);
            Assert.Null(pair.Server.Receive(1, Within.Ten));
            return time;
        });
    }

    [Fact]
    public void The_peer_reads_to_the_end_of_what_was_sent()
    {
        using ChannelPair pair = new();
        byte[] sent = ReceiveTests.Pattern(200_000);
        pair.Client.Send(sent, Within.Ten);
        pair.Client.Close();

        Assert.Equal(sent, pair.Server.ReceiveAll(sent.Length, Within.Ten));
    }

    [Fact]
    public void A_reset_is_ECONNRESET_at_the_peer()
    {
        using ChannelPair pair = new();
        pair.Client.Close(reset: true);

        Fails.With(Errno.ECONNRESET, () => pair.Server.Receive(1, Within.Ten));
    }

    [Fact]
    public void A_reset_after_the_socket_was_looked_at_is_one_too()
    {
        using ChannelPair pair = new();
        Assert.True(pair.Client.Socket.Connected);
        pair.Client.Close(reset: true);

        Fails.With(Errno.ECONNRESET, () => pair.Server.Receive(1, Within.Ten));
    }

    [Fact]
    public void A_closed_channel_is_EBADF_for_everything()
    {
        using ChannelPair pair = new();
        SocketChannel channel = pair.Client;
        int descriptor = channel.Descriptor;
        channel.Close();
        Action[] uses =
        [
            () => channel.Receive(1, Within.Ten), () => channel.ReceiveExactly(1, Within.Ten), () => channel.Peek(1, true, Within.Ten),
            () => channel.Send("x"u8, Within.Ten), () => channel.Shutdown(SocketShutdown.Both), () => channel.Close(), () => _ = channel.Socket,
            () => channel.Stream.ReadExactly(new byte[1]), () => channel.Stream.Write("x"u8), () => SocketListener.Start(channel, 1, null),
            () => channel.Connect(SocketEndpoint.Parse("tcp://:1"), "/", Within.Ten), () => SocketListener.Of(channel).Accept(Within.Ten),
            () => channel.Bind(SocketEndpoint.Parse("tcp://:0"), "/", BindOptions.Default, Within.Ten),
            () => channel.Stream.ReadAsync(new byte[1]).AsTask().GetAwaiter().GetResult(),
            () => channel.Stream.WriteAsync(new byte[1]).AsTask().GetAwaiter().GetResult(),
        ];

        Assert.All(uses, use => Assert.Equal(Errno.EBADF, Assert.ThrowsAny<SocketCallException>(use).Errno));
        channel.Dispose();
        Assert.Equal((SocketChannelState.Closed, descriptor), (channel.State, channel.Descriptor));
        Assert.DoesNotContain(channel, OpenSockets.Channels);
        Assert.DoesNotContain(OpenSockets.Listeners, l => l.Channel == channel);
    }

    [Fact]
    public void Of_many_threads_that_close_one_succeeds()
    {
        using ChannelPair pair = new();
        int closed = 0;
        int refused = 0;
        List<Thread> threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            try
            {
                pair.Client.Close();
                Interlocked.Increment(ref closed);
            }
            catch (SocketCallException e) when (e.Errno == Errno.EBADF)
            {
                Interlocked.Increment(ref refused);
            }
        }))];

        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());

        Assert.Equal((1, 7), (closed, refused));
    }

    // The number of a closed descriptor is given to the next socket at once: whoever still used it would show here.
    [Fact]
    public void Closing_under_accepts_that_find_work_gives_EBADF_and_nothing_else()
    {
        for (int i = 0; i < (CallsInUse.AreLibc ? 200 : 10); i++)
        {
            using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 64, BindOptions.Default, Within.Ten);
            List<SocketChannel> clients = [.. Enumerable.Range(0, 3).Select(_ => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten))];
            Exception? error = null;
            Thread acceptor = new(() =>
            {
                try
                {
                    while (true)
                    {
                        listener.Accept(Within.Ten).Dispose();
                    }
                }
                catch (Exception e)
                {
                    error = e;
                }
            });
            acceptor.Start();
            Within.TenSeconds(() => listener.Accepted > i % 4 - 1, "the accepts");
            listener.Stop();
            acceptor.Join();
            clients.ForEach(static c => c.Dispose());

            Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(error).Errno);
        }
    }
}
