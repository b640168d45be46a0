using System;
using System.Net;
using System.Net.Sockets;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

public sealed class ReplyTests
{
    [Theory]
    [MemberData(nameof(ReceiveDatagramTests.All), MemberType = typeof(ReceiveDatagramTests))]
    public void The_answer_goes_to_the_sender(DatagramTransport transport)
    {
        using DatagramPair pair = new(transport);
        pair.Send("question");
        SocketDatagram question = pair.Receive();

        question.Reply("text");
        question.Reply([1, 2, 3]);
        question.Reply("");

        Assert.Equal("text", DatagramPair.Receive(pair.Sender).Text);
        Assert.Equal([1, 2, 3], DatagramPair.Receive(pair.Sender).Byte);
        Assert.Equal(0, DatagramPair.Receive(pair.Sender).Length);
    }

    [Theory]
    [InlineData("udp://*:0", "udp://127.0.0.2", "127.0.0.2")]
    [InlineData("udp6://*:0", "udp6://[::1]", "::1")]
    public void The_answer_comes_from_the_address_that_was_asked(string listen, string ask, string address)
    {
        CallsInUse.SkipUnlessLibc(".NET cannot choose the address to send from");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8");
        using SocketChannel server = DatagramPair.Bound(listen);
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;

        // A connected socket hears nobody but the address it is connected to.
        using SocketChannel client = DatagramPair.Connected(SocketEndpoint.Parse($"{ask}:{port}"));
        DatagramPair.Send(client, "x");

        SocketDatagram question = DatagramPair.Receive(server);
        question.Reply("y");

        Assert.Equal(address, question.Destination!.ToString());
        SocketDatagram answer = DatagramPair.Receive(client);
        Assert.Equal(("y", new IPEndPoint(IPAddress.Parse(address), port)), (answer.Text, answer.RemoteEndPoint));
    }

    [Fact]
    public void A_unix_sender_without_a_name_cannot_be_answered()
    {
        using TemporaryDirectory directory = new();
        using SocketChannel receiver = DatagramPair.Bound($"unixgram:{directory.File()}");
        using SocketChannel sender = DatagramPair.Made(AddressFamily.Unix);
        DatagramPair.Send(sender, "x", new UnixDomainSocketEndPoint(directory.File()));

        SocketDatagram datagram = DatagramPair.Receive(receiver);

        Assert.Null(datagram.RemoteEndPoint);
        Fails.With(Errno.EDESTADDRREQ, () => datagram.Reply("y"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_unix_sender_with_a_relative_path_is_answered_where_the_receivers_own_path_begins(bool byService)
    {
        using TemporaryDirectory directory = new();
        using SocketChannel client = DatagramPair.Made(AddressFamily.Unix);
        client.Bind(SocketEndpoint.Parse("unixgram:client"), directory.Path, BindOptions.Default, Within.Ten);
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse("unixgram:server"), directory.Path, 5, BindOptions.Default, Within.Ten);
        if (byService)
        {
            listener.Serve(BuiltInService.Echo);
        }

        DatagramPair.Send(client, "x", client.ToDestination(listener.Endpoint!, directory.Path, Within.Ten));
        if (!byService)
        {
            DatagramPair.Receive(listener.Channel).Reply("x");
        }

        Assert.Equal("x", DatagramPair.Receive(client).Text);
        Assert.Empty(listener.Errors);
    }

    [Fact]
    public void An_answer_through_a_closed_socket_is_ebadf()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        pair.Send("x");
        SocketDatagram datagram = pair.Receive();
        pair.Receiver.Close();

        Fails.With(Errno.EBADF, () => datagram.Reply("y"));
    }

    [Fact]
    public void Text_is_answered_in_the_encoding_in_which_it_was_read()
    {
        using DatagramPair pair = new(DatagramTransport.Udp4);
        pair.Sender.SendDatagram([0xE9], null, Within.Ten);
        SocketDatagram datagram = pair.Receiver.ReceiveDatagram(10, System.Text.Encoding.Latin1, Within.Ten)!;

        datagram.Reply("\u00fc");

        Assert.Equal("\u00e9", datagram.Text);
        Assert.Equal([0xFC], DatagramPair.Receive(pair.Sender).Byte);
    }
}
