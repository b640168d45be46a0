using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

public sealed partial class ServiceTests
{
    [Theory]
    [InlineData(BuiltInService.Echo, new byte[] { 0, 65, 255 }, new byte[] { 0, 65, 255 })]
    [InlineData(BuiltInService.Increment, new byte[] { 0, 65, 255 }, new byte[] { 1, 66, 0 })]
    public void It_answers_each_byte(BuiltInService service, byte[] sent, byte[] answer)
    {
        using SocketListener listener = Start(service);
        using SocketChannel client = Connect(listener);

        client.Send(sent, Within.Ten);

        Assert.Equal(answer, client.ReceiveExactly(answer.Length, Within.Ten));
        Within.TenSeconds(() => listener.BytesSent == 3, "the bytes are counted");
        Assert.Equal((1L, 1L, 3L), (listener.Accepted, listener.Active, listener.BytesReceived));
    }

    [Fact]
    public async Task Echo_answers_what_is_left_after_the_client_has_ended_and_then_ends_too()
    {
        using SocketListener listener = Start(BuiltInService.Echo);
        using SocketChannel client = Connect(listener);
        byte[] block = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)i)];

        Task sending = Task.Run(() =>
        {
            client.Send(block, Within.Ten);
            client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(block, client.ReceiveAll(int.MaxValue, Within.Ten));
        await sending.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Within.TenSeconds(() => listener.Active == 0, "the connection is closed");
    }

    [Fact]
    public void A_client_that_reads_nothing_holds_up_itself_alone()
    {
        using SocketListener listener = Start(BuiltInService.Echo);
        using SocketChannel greedy = Connect(listener);
        using SocketChannel polite = Connect(listener);

        // Both kernels' buffers fill, then the service stops reading from it; then sending makes no progress.
        SocketCallException full = Assert.Throws<SocketCallException>(() => greedy.Send(new byte[64 * 1024 * 1024], SocketWait.Seconds(0.2)));
        polite.Send("x"u8, Within.Ten);

        Assert.Equal(Errno.ETIMEDOUT, full.Errno);
        Assert.Equal("x"u8.ToArray(), polite.ReceiveExactly(1, Within.Ten));

        // Nothing of what went out is lost.
        greedy.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal(full.BytesTransferred, greedy.ReceiveAll(int.MaxValue, Within.Ten)!.LongLength);
    }

    [Fact]
    public void Discard_takes_everything_and_says_nothing()
    {
        using SocketListener listener = Start(BuiltInService.Discard);
        using SocketChannel client = Connect(listener);

        client.Send(new byte[1_000_000], Within.Ten);
        client.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.Null(client.ReceiveAll(10, Within.Ten));
        Within.TenSeconds(() => listener.Active == 0, "the connection is forgotten");
        Assert.Equal((1_000_000L, 0L), (listener.BytesReceived, listener.BytesSent));
    }

    [Fact]
    public void Daytime_sends_one_line_and_ends()
    {
        using SocketListener listener = Start(BuiltInService.Daytime);
        using SocketChannel client = Connect(listener);

        string text = Encoding.ASCII.GetString(client.ReceiveAll(1000, Within.Ten)!);

        Assert.Matches(DaytimeLine(), text);
    }

    [Fact]
    public void Chargen_sends_lines_of_72_characters_each_one_further_than_the_last()
    {
        using SocketListener listener = Start(BuiltInService.Chargen);
        using SocketChannel client = Connect(listener);
        List<string> lines = [.. Enumerable.Range(0, 96).Select(_ => client.ReceiveRecord("\r\n", line: false, Encoding.ASCII, 100, Within.Ten)!)];

        Assert.All(lines, static line => Assert.Equal(72, line.Length));
        Assert.Equal(" !\"#", lines[0][..4]);
        Assert.All(Enumerable.Range(0, 95), i => Assert.Equal(lines[i][1..], lines[i + 1][..71]));
        Assert.Equal(lines[0], lines[95]);
    }

    [Fact]
    public void Stopping_frees_the_port_and_ends_the_connections()
    {
        SocketListener listener = Start(BuiltInService.Echo);
        SocketEndpoint endpoint = listener.Endpoint!;
        using SocketChannel client = Connect(listener);
        client.Send("x"u8, Within.Ten);
        client.ReceiveExactly(1, Within.Ten);

        listener.Stop();

        using SocketListener next = SocketListener.Start(endpoint, "/", 5, new BindOptions(Exclusive: false), Within.Ten);
        Assert.Null(client.Receive(1, Within.Ten));
        Assert.Equal((SocketChannelState.Closed, 0L), (listener.State, listener.Active));
    }

    [Fact]
    public void A_connection_that_somebody_else_closes_leaves_the_service_alive()
    {
        using SocketListener listener = Start(BuiltInService.Echo);
        using SocketChannel client = Connect(listener);
        client.Send("x"u8, Within.Ten);
        client.ReceiveExactly(1, Within.Ten);

        OpenSockets.Channels.Single(c => Equals(c.RemoteEndPoint, client.LocalEndPoint)).Close();

        Assert.Null(client.Receive(1, Within.Ten));
        using SocketChannel another = Connect(listener);
        another.Send("y"u8, Within.Ten);
        Assert.Equal("y"u8.ToArray(), another.ReceiveExactly(1, Within.Ten));
    }

    [Fact]
    public void Beyond_the_limit_a_connection_is_refused_with_a_reset()
    {
        using SocketListener listener = Listen();
        listener.Limits = new ListenerLimits { MaximumConnections = 1 };
        listener.Serve(BuiltInService.Echo);
        SocketChannel first = Connect(listener);
        first.Send("x"u8, Within.Ten);
        first.ReceiveExactly(1, Within.Ten);

        // The reset may come before the client knows that it is connected, or after.
        SocketCallException error = Assert.ThrowsAny<SocketCallException>(() =>
        {
            using SocketChannel second = Connect(listener);
            second.Receive(1, Within.Ten);
        });
        Assert.Equal((Errno.ECONNRESET, 1L), (error.Errno, listener.Refused));

        first.Dispose();
        Within.TenSeconds(() => listener.Active == 0, "the first is gone");
        using SocketChannel third = Connect(listener);
        third.Send("z"u8, Within.Ten);
        Assert.Equal("z"u8.ToArray(), third.ReceiveExactly(1, Within.Ten));
    }

    [Fact]
    public async Task An_idle_connection_is_closed_and_a_busy_one_is_not()
    {
        using SocketListener listener = Listen();
        listener.Limits = new ListenerLimits { IdleTimeout = TimeSpan.FromSeconds(1) };
        listener.Serve(BuiltInService.Echo);
        using SocketChannel idle = Connect(listener);
        using SocketChannel busy = Connect(listener);

        Task<byte[]?> waiting = Task.Run(() => idle.Receive(1, Within.Ten), TestContext.Current.CancellationToken);
        while (!waiting.IsCompleted)
        {
            busy.Send("x"u8, Within.Ten);
            Assert.Equal("x"u8.ToArray(), busy.ReceiveExactly(1, Within.Ten));
        }

        Assert.Null(await waiting);
        Within.TenSeconds(() => listener.Active == 1, "the idle one is forgotten"); // its peer knows a little sooner
    }

    [Fact]
    public void A_listener_is_served_once()
    {
        using SocketListener listener = Start(BuiltInService.Echo);

        Assert.Equal(Errno.EALREADY, Assert.Throws<SocketCallException>(() => listener.Serve(BuiltInService.Echo)).Errno);
    }

    [Fact]
    public void A_socket_that_is_served_is_not_served_by_a_second_listener()
    {
        using SocketChannel socket = SocketChannel.Create(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        SocketListener listener = SocketListener.Start(socket, 5, null);
        listener.Serve(BuiltInService.Echo);

        Assert.Equal(Errno.EALREADY, Assert.Throws<SocketCallException>(() => SocketListener.Start(socket, 5, null)).Errno);

        using SocketChannel client = Connect(listener);
        client.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8.ToArray(), client.ReceiveExactly(1, Within.Ten));
    }

    [Fact]
    public void A_listener_on_which_somebody_accepts_is_not_served_until_he_leaves()
    {
        using SocketListener listener = Listen();
        using (Waiter accepting = Waiter.Start(stop => listener.Accept(SocketWait.Forever with { Stop = stop })))
        {
            Assert.Equal(Errno.EBUSY, Assert.Throws<SocketCallException>(() => listener.Serve(BuiltInService.Echo)).Errno);
            accepting.Stop();
        }

        listener.Serve(BuiltInService.Echo);
        using SocketChannel client = Connect(listener);
        client.Send("x"u8, Within.Ten);
        Assert.Equal("x"u8.ToArray(), client.ReceiveExactly(1, Within.Ten));
    }

    private static SocketListener Listen() => SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 100, BindOptions.Default, Within.Ten);

    private static SocketListener Start(BuiltInService service)
    {
        SocketListener listener = Listen();
        listener.Serve(service);
        return listener;
    }

    private static SocketChannel Connect(SocketListener listener) => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);

    [GeneratedRegex(@"^[A-Z][a-z]+, [A-Z][a-z]+ \d{1,2}, \d{4} \d\d:\d\d:\d\d-UTC\r\n$")]
    private static partial Regex DaytimeLine();
}
