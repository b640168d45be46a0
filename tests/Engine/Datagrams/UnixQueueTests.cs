using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

/// <summary>The queue of a Unix datagram socket is short, and it drops nothing: whoever sends to a full one waits.</summary>
[Collection(nameof(Alone))]
public sealed class UnixQueueTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_full_queue_is_waited_for_and_the_time_ends_the_wait(bool connected)
    {
        using Queue queue = new(connected);
        queue.Fill();

        Fails.With(Errno.EWOULDBLOCK, () => queue.Send(SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => queue.Send(Within.Short));
        Assert.Equal(queue.Sent, queue.Sender.DatagramsSent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wait_for_room_goes_on_when_the_receiver_reads(bool connected)
    {
        using Queue queue = new(connected);
        queue.Fill();
        using Waiter sender = Waiter.Start(stop => queue.Send(Within.Ten with { Stop = stop }));

        for (int i = 0; i < queue.Sent; i++)
        {
            Assert.Equal($"{i}", DatagramPair.Receive(queue.Receiver).Text);
        }

        sender.Finish();
        Assert.Equal($"{queue.Sent}", DatagramPair.Receive(queue.Receiver).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_token_ends_a_wait_for_room_in_time_and_nothing_was_sent(bool connected)
    {
        Promptly.Ends(() =>
        {
            using Queue queue = new(connected);
            queue.Fill();
            using Waiter sender = Waiter.Start(stop => queue.Send(SocketWait.Forever with { Stop = stop }));

            TimeSpan time = sender.Stop();

            Assert.IsAssignableFrom<OperationCanceledException>(sender.Error);
            Assert.Equal(queue.Sent, queue.Sender.DatagramsSent);
            return time;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Closing_ends_a_wait_for_room_in_time(bool connected)
    {
        Promptly.Ends(() =>
        {
            using Queue queue = new(connected);
            queue.Fill();
            using Waiter sender = Waiter.Start(stop => queue.Send(SocketWait.Forever with { Stop = stop }));

            TimeSpan time = sender.EndBy(() => queue.Sender.Close());

            Assert.Equal(Errno.EBADF, Assert.IsType<SocketCallException>(sender.Error).Errno);
            return time;
        });
    }

    private sealed class Queue : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly EndPoint? _to;

        public Queue(bool connected)
        {
            Receiver = DatagramPair.Bound($"unixgram:{_directory.File()}");
            Sender = connected ? DatagramPair.Connected(Receiver.Endpoint!) : DatagramPair.Made(AddressFamily.Unix);
            _to = connected ? null : new UnixDomainSocketEndPoint(_directory.File());
        }

        public SocketChannel Receiver { get; }

        public SocketChannel Sender { get; }

        public int Sent { get; private set; }

        public void Send(SocketWait wait) => Sender.SendDatagram(Encoding.UTF8.GetBytes($"{Sent}"), _to, wait);

        public void Fill()
        {
            try
            {
                while (true)
                {
                    Send(SocketWait.Never);
                    Sent++;
                }
            }
            catch (SocketCallException e) when (e.Errno == Errno.EWOULDBLOCK)
            {
                Assert.NotEqual(0, Sent);
            }
        }

        public void Dispose()
        {
            Sender.Dispose();
            Receiver.Dispose();
            _directory.Dispose();
        }
    }
}
