using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Datagrams;

[Collection(nameof(Alone))]
public sealed partial class DatagramServiceTests
{
    [Theory]
    [InlineData(DatagramTransport.Udp4, BuiltInService.Echo, new byte[] { 0, 65, 255 }, new byte[] { 0, 65, 255 })]
    [InlineData(DatagramTransport.Udp6, BuiltInService.Echo, new byte[] { 7 }, new byte[] { 7 })]
    [InlineData(DatagramTransport.Unixgram, BuiltInService.Echo, new byte[] { 0, 65, 255 }, new byte[] { 0, 65, 255 })]
    [InlineData(DatagramTransport.Udp4, BuiltInService.Echo, new byte[0], new byte[0])]
    [InlineData(DatagramTransport.Udp4, BuiltInService.Increment, new byte[] { 0, 65, 255 }, new byte[] { 1, 66, 0 })]
    [InlineData(DatagramTransport.Unixgram, BuiltInService.Increment, new byte[] { 255 }, new byte[] { 0 })]
    public void It_answers_each_datagram(DatagramTransport transport, BuiltInService service, byte[] sent, byte[] answer)
    {
        using Served served = new(transport, service);

        served.Client.SendDatagram(sent, null, Within.Ten);

        Assert.Equal(answer, DatagramPair.Receive(served.Client).Byte);
        Within.TenSeconds(() => served.Listener.BytesSent == sent.Length, "the bytes are counted");
        Assert.Equal((1L, 0L, (long)sent.Length), (served.Listener.Accepted, served.Listener.Active, served.Listener.BytesReceived));
        Assert.Equal(SocketChannelState.Bound, served.Listener.State);
    }

    [Theory]
    [MemberData(nameof(ReceiveDatagramTests.All), MemberType = typeof(ReceiveDatagramTests))]
    public void Echo_keeps_boundaries_and_order(DatagramTransport transport)
    {
        using Served served = new(transport, BuiltInService.Echo);
        for (int i = 0; i < 300; i++)
        {
            // A few at a time, so that no queue overflows.
            string[] texts = [.. Enumerable.Range(0, 5).Select(n => new string((char)('a' + n), i % 7))];
            Array.ForEach(texts, t => DatagramPair.Send(served.Client, t));
            Assert.Equal(texts, texts.Select(_ => DatagramPair.Receive(served.Client).Text));
        }

        Assert.Equal(1500L, served.Listener.Accepted);
        Assert.Empty(served.Listener.Errors);
    }

    [Fact]
    public void Echo_answers_the_largest_datagram()
    {
        using Served served = new(DatagramTransport.Udp4, BuiltInService.Echo);
        byte[] largest = new byte[65507];
        new Random(9734).NextBytes(largest);

        served.Client.SendDatagram(largest, null, Within.Ten);

        Assert.Equal(largest, DatagramPair.Receive(served.Client).Byte);
    }

    [Fact]
    public void Echo_on_every_address_answers_from_the_one_that_was_asked()
    {
        CallsInUse.SkipUnlessLibc(".NET cannot choose the address to send from");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8");
        using SocketListener listener = Listen("udp://*:0");
        listener.Serve(BuiltInService.Echo);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        foreach (string address in new[] { "127.0.0.2", "127.0.0.3" })
        {
            using SocketChannel client = DatagramPair.Connected(SocketEndpoint.Parse($"udp://{address}:{port}"));
            Array.ForEach(["a", "b"], t => DatagramPair.Send(client, t));
            Assert.Equal(["a", "b"], [DatagramPair.Receive(client).Text, DatagramPair.Receive(client).Text]);
        }
    }

    [Fact]
    public void Discard_takes_everything_and_says_nothing()
    {
        using Served served = new(DatagramTransport.Udp4, BuiltInService.Discard);

        Array.ForEach(["a", "bc", ""], t => DatagramPair.Send(served.Client, t));

        Within.TenSeconds(() => served.Listener.Accepted == 3, "all are taken");
        Assert.Equal((3L, 0L), (served.Listener.BytesReceived, served.Listener.BytesSent));
        DatagramPair.HasNothing(served.Client);
    }

    [Theory]
    [InlineData(DatagramTransport.Udp4)]
    [InlineData(DatagramTransport.Unixgram)]
    public void Daytime_answers_anything_with_the_time(DatagramTransport transport)
    {
        using Served served = new(transport, BuiltInService.Daytime);

        DatagramPair.Send(served.Client, "");

        Assert.Matches(DaytimeLine(), DatagramPair.Receive(served.Client).Text);
    }

    [Fact]
    public void Chargen_answers_each_with_up_to_512_characters_of_the_pattern()
    {
        using Served served = new(DatagramTransport.Udp4, BuiltInService.Chargen);
        const string Begin = " !\"#$%&'()*+,-./0123456789";
        int[] lengths = new int[30];
        for (int i = 0; i < lengths.Length; i++)
        {
            DatagramPair.Send(served.Client, "anything");
            string text = DatagramPair.Receive(served.Client).Text;
            lengths[i] = text.Length;
            Assert.StartsWith(Begin[..Math.Min(text.Length, Begin.Length)], text, StringComparison.Ordinal);
        }

        Assert.InRange(lengths.Max(), 1, 512);
        Assert.True(lengths.Distinct().Count() > 3, "the length is random (RFC 864)");
    }

    [Fact]
    public void Echo_does_not_answer_itself()
    {
        CallsInUse.SkipUnlessLibc(".NET shares a port in another way");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the first of two sockets with one port gets what comes");
        using SocketChannel first = DatagramPair.Made(AddressFamily.InterNetwork);
        using SocketChannel second = DatagramPair.Made(AddressFamily.InterNetwork);
        DatagramPair.Set(first, "ReuseAddress", true);
        DatagramPair.Set(second, "ReuseAddress", true);
        first.Bind(SocketEndpoint.Parse("udp://127.0.0.1:0"), "/", BindOptions.Default, Within.Ten);
        second.Bind(first.Endpoint!, "/", BindOptions.Default, Within.Ten);
        SocketListener listener = SocketListener.Start(second, 5, null);
        listener.Serve(BuiltInService.Echo);
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);

        // It comes from the address of the service: the answer would go there, be answered, and so on.
        DatagramPair.Send(first, "loop", listener.LocalEndPoint);
        DatagramPair.Send(client, "after");

        Assert.Equal("after", DatagramPair.Receive(client).Text);
        Assert.Equal((2L, 9L), (listener.Accepted, listener.BytesReceived));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(19)]
    [InlineData(37)]
    public void Ports_of_small_services_are_not_answered(int port)
    {
        using Served echo = new(DatagramTransport.Udp4, BuiltInService.Echo);
        using SocketChannel small = DatagramPair.Made(AddressFamily.InterNetwork);
        try
        {
            small.Bind(SocketEndpoint.Parse($"udp://127.0.0.34:{port}"), "/", BindOptions.Default, Within.Ten);
        }
        catch (SocketCallException e) when (e.Errno is Errno.EACCES or Errno.EADDRINUSE or Errno.EADDRNOTAVAIL)
        {
            Assert.Skip($"Port {port} cannot be had here");
        }

        DatagramPair.Send(small, "x", echo.Listener.LocalEndPoint);
        DatagramPair.Send(echo.Client, "after");

        Assert.Equal("after", DatagramPair.Receive(echo.Client).Text);
        Assert.Equal(2L, echo.Listener.Accepted);
        DatagramPair.HasNothing(small);
    }

    [Fact]
    public void A_unix_client_without_a_name_is_not_answered_and_does_no_harm()
    {
        using Served echo = new(DatagramTransport.Unixgram, BuiltInService.Echo);
        using SocketChannel nameless = DatagramPair.Connected(echo.Listener.Endpoint!);

        DatagramPair.Send(nameless, "x");
        DatagramPair.Send(echo.Client, "after");

        Assert.Equal("after", DatagramPair.Receive(echo.Client).Text);
        Assert.Empty(echo.Listener.Errors);
    }

    [Fact]
    public void A_client_that_has_gone_does_no_harm()
    {
        using Served echo = new(DatagramTransport.Udp4, BuiltInService.Echo);
        for (int i = 0; i < 20; i++)
        {
            using SocketChannel gone = DatagramPair.Connected(echo.Listener.Endpoint!);
            DatagramPair.Send(gone, "x");
        }

        DatagramPair.Send(echo.Client, "after");

        Assert.Equal("after", DatagramPair.Receive(echo.Client).Text);
        Assert.Empty(echo.Listener.Errors);
    }

    [Fact]
    public void The_filter_drops_and_counts()
    {
        using SocketListener listener = Listen("udp://127.0.0.1:0");
        listener.Limits = new ListenerLimits { Filter = new AddressFilter(["127.0.0.1"], []) };
        listener.Serve(BuiltInService.Echo);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8");
        using SocketChannel other = DatagramPair.Bound("udp://127.0.0.2:0");
        using SocketChannel client = DatagramPair.Connected(listener.Endpoint!);

        DatagramPair.Send(other, "no", listener.LocalEndPoint);
        DatagramPair.Send(client, "yes");

        Assert.Equal("yes", DatagramPair.Receive(client).Text);
        DatagramPair.HasNothing(other);
        Assert.Equal((1L, 1L), (listener.Accepted, listener.Refused));
    }

    [Theory]
    [MemberData(nameof(ReceiveDatagramTests.All), MemberType = typeof(ReceiveDatagramTests))]
    public void Stopping_while_it_waits_frees_the_address_at_once(DatagramTransport transport)
    {
        Promptly.Ends(() =>
        {
            using Served served = new(transport, BuiltInService.Echo);
            DatagramPair.Send(served.Client, "x");
            DatagramPair.Receive(served.Client); // The thread is in its loop, and waits again.

            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            served.Listener.Stop();
            using SocketListener next = Listen($"{served.Listener.Endpoint}");
            TimeSpan time = System.Diagnostics.Stopwatch.GetElapsedTime(started);

            Assert.Equal(SocketChannelState.Closed, served.Listener.State);
            return time;
        });
    }

    [Fact]
    public void A_socket_is_served_by_one_service_only()
    {
        using Served served = new(DatagramTransport.Udp4, BuiltInService.Echo);

        Fails.With(Errno.EALREADY, () => served.Listener.Serve(BuiltInService.Discard));

        using SocketListener unserved = Listen("udp://127.0.0.1:0");
        Fails.With(Errno.EOPNOTSUPP, () => unserved.Accept(SocketWait.Never));
    }

    private static SocketListener Listen(string endpoint) => SocketListener.Start(SocketEndpoint.Parse(endpoint), "/", 5, BindOptions.Default, Within.Ten);

    [GeneratedRegex(@"^[A-Z][a-z]+, [A-Z][a-z]+ \d{1,2}, \d{4} \d\d:\d\d:\d\d-UTC\r\n$")]
    private static partial Regex DaytimeLine();

    /// <summary>A service, and a client of it that can be answered.</summary>
    private sealed class Served : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public Served(DatagramTransport transport, BuiltInService service)
        {
            Listener = Listen(Address("service"));
            Listener.Serve(service);
            Client = DatagramPair.Bound(Address("client"));
            Client.Connect(Listener.Endpoint!, "/", Within.Ten);

            string Address(string name) => transport switch
            {
                DatagramTransport.Udp4 => "udp://127.0.0.1:0",
                DatagramTransport.Udp6 => "udp6://[::1]:0",
                _ => $"unixgram:{_directory.File(name)}",
            };
        }

        public SocketListener Listener { get; }

        public SocketChannel Client { get; }

        public void Dispose()
        {
            Listener.Dispose();
            Client.Dispose();
            _directory.Dispose();
        }
    }
}
