using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

/// <summary>SOCK_SEQPACKET: a connection that keeps boundaries, and has an end.</summary>
public sealed class SeqpacketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SocketChannel _client;
    private readonly SocketChannel _server;

    public SeqpacketTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "this system has no SOCK_SEQPACKET");
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse($"unixpacket:{_directory.File()}"), "/", 5, BindOptions.Default, Within.Ten);
        _client = SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);
        _server = listener.Accept(Within.Ten);
    }

    [Fact]
    public void Boundaries_are_kept_in_both_ways_of_receiving()
    {
        Array.ForEach(["one", "three", "five"], t => DatagramPair.Send(_client, t));

        Assert.Equal("one"u8, _server.Receive(100, Within.Ten)!);
        Assert.Equal(["three", "five"], [DatagramPair.Receive(_server).Text, DatagramPair.Receive(_server).Text]);
    }

    [Fact]
    public void The_end_of_the_connection_is_null_and_stays_so()
    {
        DatagramPair.Send(_client, "last");
        _client.Close();

        Assert.Equal("last", DatagramPair.Receive(_server).Text);
        Assert.Null(_server.ReceiveDatagram(10, Encoding.UTF8, Within.Ten));
        Assert.Null(_server.ReceiveDatagram(10, Encoding.UTF8, Within.Ten));
        Assert.True(_server.EndOfStream);
    }

    [Fact]
    public void A_batch_with_the_end_in_it_gives_what_came_before()
    {
        Array.ForEach(["a", "b"], t => DatagramPair.Send(_client, t));
        _client.Close();

        SocketDatagram[] block = new SocketDatagram[10];
        int count = 0;
        for (int got = 1; got > 0; count += got)
        {
            got = _server.ReceiveDatagrams(block.AsSpan(count), 65536, Encoding.UTF8, Within.Ten);
        }

        Assert.Equal(["a", "b"], block.Take(count).Select(static d => d.Text));
    }

    [Fact]
    public void An_empty_message_is_refused_because_it_would_be_an_end()
    {
        Fails.With(Errno.EINVAL, () => DatagramPair.Send(_client, ""));
        DatagramPair.Send(_client, "x");
        Assert.Equal("x", DatagramPair.Receive(_server).Text);
    }

    [Fact]
    public void It_takes_no_destination_and_answers_its_peer()
    {
        Fails.With(Errno.EISCONN, () => DatagramPair.Send(_client, "x", new UnixDomainSocketEndPoint(_directory.File())));
        DatagramPair.Send(_client, "question");

        DatagramPair.Receive(_server).Reply("answer");

        Assert.Equal("answer", DatagramPair.Receive(_client).Text);
    }

    [Fact]
    public void One_that_does_not_fit_is_cut_and_says_so()
    {
        CallsInUse.SkipUnlessLibc(".NET does not tell for Unix sockets");
        Array.ForEach(["12345", "678"], t => DatagramPair.Send(_client, t));

        SocketDatagram cut = DatagramPair.Receive(_server, 2);

        Assert.Equal(("12", true, 5), (cut.Text, cut.Truncated, cut.Length));
        Assert.Equal("678", DatagramPair.Receive(_server).Text);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
        _directory.Dispose();
    }
}
