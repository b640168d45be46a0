using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

public sealed class ReceiveDatagramTests
{
    public static TheoryData<DatagramTransport> All => [DatagramTransport.Udp4, DatagramTransport.Udp6, DatagramTransport.Unixgram];

    [Theory]
    [MemberData(nameof(All))]
    public void Boundaries_and_order_are_kept_and_an_empty_one_counts(DatagramTransport transport)
    {
        using DatagramPair pair = new(transport);
        string[] sent = ["a", "", "bcd", "e"];
        Array.ForEach(sent, pair.Send);

        SocketDatagram[] block = new SocketDatagram[10];
        int count = 0;
        while (count < sent.Length)
        {
            count += pair.Receiver.ReceiveDatagrams(block.AsSpan(count), 65536, Encoding.UTF8, Within.Ten);
        }

        Assert.Equal(sent, block.Take(count).Select(static d => d.Text));
        Assert.All(block.Take(count), static d => Assert.False(d.Truncated));
        Assert.Equal([1, 0, 3, 1], block.Take(count).Select(static d => d.Length));
        Assert.Equal((5L, 4L, 5L), (pair.Sender.BytesSent, pair.Sender.DatagramsSent, pair.Receiver.BytesReceived));
        Assert.False(pair.Receiver.EndOfStream);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_that_does_not_fit_is_cut_and_says_so_and_the_next_one_is_whole(DatagramTransport transport)
    {
        using DatagramPair pair = new(transport);
        Array.ForEach(["12345", "1234", "123"], pair.Send);

        SocketDatagram[] all = [pair.Receive(4), pair.Receive(4), pair.Receive(4)];

        Assert.Equal(["1234", "1234", "123"], all.Select(static d => d.Text));
        if (CallsInUse.AreLibc || transport != DatagramTransport.Unixgram)
        {
            Assert.Equal([true, false, false], all.Select(static d => d.Truncated)); // .NET does not tell for Unix sockets.
        }

        if (CallsInUse.AreLibc && OperatingSystem.IsLinux())
        {
            Assert.Equal([5, 4, 3], all.Select(static d => d.Length));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_peek_takes_nothing(DatagramTransport transport)
    {
        using DatagramPair pair = new(transport);
        pair.Send("one");
        pair.Send("two");

        Assert.Equal("one", DatagramPair.Peek(pair.Receiver).Text);
        Assert.Equal("one", DatagramPair.Peek(pair.Receiver).Text);
        Assert.Equal(0L, pair.Receiver.BytesReceived);
        Assert.Equal(["one", "two"], [pair.Receive().Text, pair.Receive().Text]);
        Assert.Equal(6L, pair.Receiver.BytesReceived);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_sender_is_told(DatagramTransport transport)
    {
        using DatagramPair pair = new(transport);
        pair.Send("x");

        SocketDatagram datagram = pair.Receive();

        Assert.Equal(pair.Sender.LocalEndPoint!.ToString(), datagram.RemoteEndPoint!.ToString());
        Assert.Same(pair.Receiver, datagram.Channel);
    }

    [Fact]
    public void A_batch_tells_each_sender_and_each_destination_apart()
    {
        using SocketChannel receiver = DatagramPair.Bound("udp://*:0");
        int port = ((IPEndPoint)receiver.LocalEndPoint!).Port;
        string[] addresses = OperatingSystem.IsLinux() ? ["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.3"] : ["127.0.0.1", "127.0.0.1"];
        SocketChannel[] senders = [.. addresses.Select(static a => DatagramPair.Bound($"udp://{a}:0"))];
        for (int i = 0; i < senders.Length; i++)
        {
            DatagramPair.Send(senders[i], $"{i}", new IPEndPoint(IPAddress.Parse(addresses[i]), port));
        }

        SocketDatagram[] block = new SocketDatagram[addresses.Length];
        for (int count = 0; count < block.Length;)
        {
            count += receiver.ReceiveDatagrams(block.AsSpan(count), 65536, Encoding.UTF8, Within.Ten);
        }

        Assert.Equal(senders.Select(static s => s.LocalEndPoint), block.Select(static d => d.RemoteEndPoint));
        Assert.Equal(addresses, block.Select(static d => d.Destination!.ToString()));
        Array.ForEach(senders, static s => s.Dispose());
    }

    [Theory]
    [InlineData("udp://127.0.0.1:0", "127.0.0.1")]
    [InlineData("udp6://[::1]:0", "::1")]
    public void Destination_and_interface_are_told(string endpoint, string destination)
    {
        using SocketChannel receiver = DatagramPair.Bound(endpoint);
        using SocketChannel sender = DatagramPair.Connected(receiver.Endpoint!);
        DatagramPair.Send(sender, "x");

        SocketDatagram datagram = DatagramPair.Receive(receiver);

        Assert.Equal(destination, datagram.Destination!.ToString());
        Assert.NotEqual(0, datagram.InterfaceIndex);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("lo", datagram.Interface);
        }
    }

    [Fact]
    public void A_unix_socket_knows_no_destination_and_no_interface()
    {
        using DatagramPair pair = new(DatagramTransport.Unixgram);
        pair.Send("x");

        SocketDatagram datagram = pair.Receive();

        Assert.Equal((null, 0, null, null), (datagram.Destination, datagram.InterfaceIndex, datagram.Interface, datagram.Dropped));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_time_is_that_of_the_arrival_and_not_that_of_the_receive(DatagramTransport transport)
    {
        CallsInUse.SkipUnlessLibc(".NET does not ask for the kernel's time");
        using DatagramPair pair = new(transport);

        // The kernel begins to stamp what comes from the network a moment after it is asked to.
        Within.TenSeconds(
            () =>
            {
                DateTimeOffset before = DateTimeOffset.UtcNow;
                pair.Send("x");
                DateTimeOffset after = DateTimeOffset.UtcNow;
                Within.TenSeconds(() => DateTimeOffset.UtcNow > after, "the clock goes on");
                DateTimeOffset received = pair.Receive().ReceivedAt;
                return received >= before && received <= after;
            },
            "a time between two readings of the clock");
    }

    [Fact]
    public void Without_the_kernels_time_it_is_that_of_the_receive()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        pair.Send("x");

        Assert.InRange(pair.Receive().ReceivedAt, before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public void A_dual_stack_socket_shows_ipv4_as_ipv4_and_takes_it_as_a_destination()
    {
        using SocketChannel dual = DatagramPair.Dual();
        int port = ((IPEndPoint)dual.LocalEndPoint!).Port;
        using SocketChannel ipv4 = DatagramPair.Bound("udp://127.0.0.1:0");

        DatagramPair.Send(dual, "over IPv6", ipv4.LocalEndPoint);
        Assert.Equal("over IPv6", DatagramPair.Receive(ipv4).Text);
        DatagramPair.Send(ipv4, "over IPv4", new IPEndPoint(IPAddress.Loopback, port));
        SocketDatagram datagram = DatagramPair.Receive(dual);
        Assert.Equal((ipv4.LocalEndPoint, IPAddress.Loopback), (datagram.RemoteEndPoint, datagram.Destination));

        datagram.Reply("back");
        SocketDatagram answer = DatagramPair.Receive(ipv4);
        Assert.Equal(("back", new IPEndPoint(IPAddress.Loopback, port)), (answer.Text, answer.RemoteEndPoint));
    }

    [Fact]
    public void What_the_kernel_dropped_is_counted()
    {
        CallsInUse.SkipUnlessLibc(".NET does not ask for the count");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux counts");
        using DatagramPair pair = new(DatagramTransport.Udp4);
        pair.Receiver.SetOption(SocketOptionTable.Find("ReceiveBuffer")!, 4096);
        const int Sent = 200;
        for (int i = 0; i < Sent; i++)
        {
            pair.Sender.SendDatagram(new byte[1000], null, Within.Ten);
        }

        // The count comes with the first datagram that arrives after the losses.
        int received = 0;
        while (pair.Receiver.Socket.Poll(0, SelectMode.SelectRead))
        {
            pair.Receive();
            received++;
        }

        pair.Send("after");
        SocketDatagram last = pair.Receive();
        Assert.Equal("after", last.Text);
        Assert.InRange(received, 1, Sent - 1);
        Assert.Equal(Sent - received, last.Dropped);
    }

    [Fact]
    public void A_stream_has_no_datagrams()
    {
        using ChannelPair pair = new();
        pair.Client.Send("x"u8, Within.Ten);

        SocketCallException error = Fails.With(Errno.EOPNOTSUPP, () => pair.Server.ReceiveDatagram(10, Encoding.UTF8, Within.Ten));

        Assert.Equal("recvmsg", error.Operation);
        Assert.Equal("x"u8, pair.Server.Receive(9, SocketWait.Never)!);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Nothing_in_time_is_an_error_of_time(DatagramTransport transport)
    {
        using DatagramPair pair = new(transport);

        Fails.With(Errno.EWOULDBLOCK, () => pair.Receiver.ReceiveDatagram(10, Encoding.UTF8, SocketWait.Never));
        Fails.With(Errno.ETIMEDOUT, () => pair.Receiver.ReceiveDatagram(10, Encoding.UTF8, Within.Short));
        pair.Receiver.Close();
        Fails.With(Errno.EBADF, () => pair.Receiver.ReceiveDatagram(10, Encoding.UTF8, Within.Ten));
    }

    [Fact]
    public void A_plain_receive_gives_one_datagram_cut_to_its_room()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        Array.ForEach(["12345", "678"], pair.Send);

        Assert.Equal("123"u8, pair.Receiver.Receive(3, Within.Ten)!);
        Assert.Equal("678"u8, pair.Receiver.Receive(9, Within.Ten)!);
        DatagramPair.HasNothing(pair.Receiver);
    }
}
