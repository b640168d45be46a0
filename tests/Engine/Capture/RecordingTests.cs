using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SocketTools.Tests;

public class RecordingTests
{
    private const TcpFlags FinAck = TcpFlags.FIN | TcpFlags.ACK;
    private const TcpFlags PshAck = TcpFlags.PSH | TcpFlags.ACK;
    private const TcpFlags SynAck = TcpFlags.SYN | TcpFlags.ACK;

    public static TheoryData<string> Endpoints => OperatingSystem.IsLinux()
        ? ["tcp://:0", "tcp6://:0", "unix:{dir}/s", "unixpacket:{dir}/s"]
        : ["tcp://:0", "tcp6://:0", "unix:{dir}/s"];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void A_conversation_has_handshake_data_acknowledgements_and_close(string endpoint)
    {
        using RecordedPair pair = new(endpoint);
        pair.Client.Send("hello"u8, Within.Ten);
        Assert.Equal("hello"u8.ToArray(), pair.Server.Receive(100, Within.Ten));
        pair.Server.Send("good bye"u8, Within.Ten);
        Assert.Equal("good bye"u8.ToArray(), pair.Client.Receive(100, Within.Ten));
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Null(pair.Client.Receive(100, Within.Ten));
        pair.Client.Close();
        Assert.Null(pair.Server.Receive(100, Within.Ten));
        pair.Server.Close();

        (PacketDirection, TcpFlags, uint, uint, string)[] expected =
        [
            (PacketDirection.Outgoing, TcpFlags.SYN, 0, 0, ""),
            (PacketDirection.Incoming, SynAck, 0, 1, ""),
            (PacketDirection.Outgoing, TcpFlags.ACK, 1, 1, ""),
            (PacketDirection.Outgoing, PshAck, 1, 1, "hello"),
            (PacketDirection.Incoming, TcpFlags.ACK, 1, 6, ""),
            (PacketDirection.Incoming, PshAck, 1, 6, "good bye"),
            (PacketDirection.Outgoing, TcpFlags.ACK, 6, 9, ""),
            (PacketDirection.Incoming, FinAck, 9, 6, ""),
            (PacketDirection.Outgoing, TcpFlags.ACK, 6, 10, ""),
            (PacketDirection.Outgoing, FinAck, 6, 10, ""),
            (PacketDirection.Incoming, TcpFlags.ACK, 10, 7, ""),
        ];
        List<SocketPacket> packets = RecordedPair.Read(pair.ClientFile);
        Assert.Equal(expected, packets.Select(static p => (p.Direction, p.Tcp!.Flags, p.Tcp.SequenceNumber, p.Tcp.AcknowledgmentNumber, p.Text)));
        Assert.Equal(
            expected.Select(static e => (e.Item1 == PacketDirection.Incoming ? PacketDirection.Outgoing : PacketDirection.Incoming, e.Item2, e.Item3, e.Item4, e.Item5)),
            RecordedPair.Read(pair.ServerFile).Select(static p => (p.Direction, p.Tcp!.Flags, p.Tcp.SequenceNumber, p.Tcp.AcknowledgmentNumber, p.Text)));
        Assert.All(packets, static p => Assert.Equal(("synthetic", LinkType.Raw, 0), (p.Interface, p.LinkType, p.Problems.Count)));
        Assert.Equal(packets.Select(static p => p.TimestampNanoseconds).Order(), packets.Select(static p => p.TimestampNanoseconds));
        if (endpoint.StartsWith("tcp", StringComparison.Ordinal))
        {
            Assert.Equal((pair.Client.LocalEndPoint, pair.Client.RemoteEndPoint), (packets[0].Source, packets[0].Destination));
        }
        else
        {
            Assert.All(packets, static p => Assert.Equal((IPAddress.Loopback, IPAddress.Loopback), (p.Source!.Address, p.Destination!.Address)));
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Tshark_finds_nothing_wrong(string endpoint)
    {
        using RecordedPair pair = new(endpoint);
        for (int i = 0; i < 20; i++)
        {
            pair.Client.Send(new byte[i + 1], Within.Ten);
            pair.Server.ReceiveExactly(i + 1, Within.Ten);
            pair.Server.Send(new byte[(1000 * i) + 1], Within.Ten);
            pair.Client.ReceiveExactly((1000 * i) + 1, Within.Ten);
        }

        if (pair.Client.SocketType == SocketType.Stream)
        {
            using Waiter sends = Waiter.Start(_ => pair.Client.Send(new byte[300_000], Within.Ten));
            pair.Server.ReceiveExactly(300_000, Within.Ten);
            sends.Finish();
        }

        pair.Client.Close();
        Assert.Null(pair.Server.Receive(1, Within.Ten));
        pair.Server.Close(reset: true);
        foreach (string file in new[] { pair.ClientFile, pair.ServerFile })
        {
            Assert.Equal("", Capturing.Run(
                "tshark", "-r", file, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
                "-Y", "tcp.analysis.flags || _ws.malformed || ip.checksum.status != 1 || tcp.checksum.status != 1"));
            Assert.NotEqual("", Capturing.Run("tshark", "-r", file, "-Y", "tcp.len > 0 && tcp.checksum.status == 1", "-o", "tcp.check_checksum:TRUE"));
        }
    }

    [Fact]
    public void The_file_can_be_read_while_it_grows()
    {
        using RecordedPair pair = new();
        Assert.Equal(3, RecordedPair.Read(pair.ClientFile).Count);
        pair.Client.Send("a"u8, Within.Ten);
        Assert.Equal("a", RecordedPair.Read(pair.ClientFile)[3].Text);
        pair.Server.ReceiveExactly(1, Within.Ten);
        Assert.Equal("a", RecordedPair.Read(pair.ServerFile)[3].Text);
        Assert.Equal((5, pair.ClientFile, null), ((int)pair.Client.Recording!.Packets, pair.Client.Recording.Path, pair.Client.Recording.Error));
    }

    [Fact]
    public async Task Whatever_moves_bytes_is_recorded()
    {
        using RecordedPair pair = new();
        byte[] sent = new byte[500_000];
        new Random(2).NextBytes(sent);
        string source = pair.File("source"), target = pair.File("target");
        File.WriteAllBytes(source, sent);
        using (Waiter receives = Waiter.Start(_ =>
        {
            using IncomingFile file = IncomingFile.Create(target, IncomingFileMode.New, null);
            pair.Server.ReceiveFile(file, new FileReceiveOptions { Count = sent.Length }, Within.Ten);
        }))
        {
            using OutgoingFile file = OutgoingFile.Open(source, 0, null, null);
            pair.Client.SendFile(file, hash: false, null, Within.Ten);
            receives.Finish();
        }

        MessageFraming framing = MessageFraming.Of(SocketMessagePrefix.UInt32);
        pair.Client.SendMessage("message"u8, framing, 100, Within.Ten);
        Assert.Equal("message"u8.ToArray(), pair.Server.ReceiveMessage(framing, 100, Within.Ten));
        pair.Client.Stream.Write("stream"u8);
        pair.Server.Stream.ReadExactly(new byte[6]);
        await pair.Client.Stream.WriteAsync("async"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("async", Encoding.UTF8.GetString(pair.Server.Peek(5, exactly: true, Within.Ten)!));
        pair.Server.ReceiveExactly(5, Within.Ten);
        byte[] all = [.. sent, 0, 0, 0, 7, .. "messagestreamasync"u8];
        Assert.Equal(all, RecordedPair.Stream(RecordedPair.Read(pair.ClientFile), PacketDirection.Outgoing));
        Assert.Equal(all, RecordedPair.Stream(RecordedPair.Read(pair.ServerFile), PacketDirection.Incoming));
        Assert.Equal(sent, File.ReadAllBytes(target));
    }

    [Fact]
    public void A_reset_is_one_on_both_sides()
    {
        using RecordedPair pair = new();
        pair.Client.Close(reset: true);
        Assert.Equal(Errno.ECONNRESET, Assert.Throws<SocketCallException>(() => pair.Server.Receive(1, Within.Ten)).Errno);
        pair.Server.Close();
        Assert.Equal((PacketDirection.Outgoing, TcpFlags.RST | TcpFlags.ACK), Last(pair.ClientFile));
        Assert.Equal((PacketDirection.Incoming, TcpFlags.RST | TcpFlags.ACK), Last(pair.ServerFile));

        static (PacketDirection, TcpFlags) Last(string file) => RecordedPair.Read(file) is { Count: 4 } all ? (all[3].Direction, all[3].Tcp!.Flags) : default;
    }

    [Fact]
    public void A_refused_connect_is_a_SYN_and_a_reset()
    {
        using TemporaryDirectory directory = new();
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = free.Server.Port();
        free.Stop();
        using (SocketRecording recording = SocketRecording.Open(directory.File("r.pcapng")))
        {
            Assert.Throws<SocketConnectException>(() => recording.Connect(() => SocketConnector.Connect(SocketEndpoint.Parse($"tcp://127.0.0.1:{port}"), "/", Within.Ten)));
        }

        List<SocketPacket> packets = RecordedPair.Read(directory.File("r.pcapng"));
        Assert.Equal([TcpFlags.SYN, TcpFlags.RST | TcpFlags.ACK], packets.Select(static p => p.Tcp!.Flags));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, port), packets[0].Destination);
        Assert.Equal(packets[0].Destination, packets[1].Source);
    }

    [Theory]
    [InlineData("udp://:0")]
    [InlineData("udp6://:0")]
    public void Datagrams_have_their_boundaries_and_addresses(string endpoint)
    {
        using TemporaryDirectory directory = new();
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse(endpoint), "/", 0, BindOptions.Default, Within.Ten);
        using (SocketRecording recording = SocketRecording.Open(directory.File("server.pcapng")))
        {
            listener.RecordTo(recording);
        }

        using SocketRecording ofClient = SocketRecording.Open(directory.File("client.pcapng"));
        using SocketChannel client = ofClient.Connect(() => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten));
        byte[] large = new byte[60_000];
        foreach (byte[] data in new[] { "one"u8.ToArray(), [], large })
        {
            client.SendDatagram(data, null, Within.Ten);
            SocketDatagram datagram = listener.Channel.ReceiveDatagram(65536, Encoding.UTF8, Within.Ten)!;
            listener.Channel.SendDatagram(data, datagram.RemoteEndPoint, Within.Ten);
            client.Receive(65536, Within.Ten);
        }

        foreach (string file in new[] { "server.pcapng", "client.pcapng" })
        {
            List<SocketPacket> packets = RecordedPair.Read(directory.File(file));
            Assert.Equal([3, 3, 0, 0, 60_000, 60_000], packets.Select(static p => p.Payload.Length));
            Assert.All(packets, static p => Assert.Empty(p.Problems));
            Assert.Equal((client.LocalEndPoint, listener.LocalEndPoint), (packets[0].Source, packets[0].Destination));
            Assert.Equal((listener.LocalEndPoint, client.LocalEndPoint), (packets[1].Source, packets[1].Destination));
        }
    }

    [Fact]
    public void A_file_that_is_no_capture_is_left_alone()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("letter.txt");
        File.WriteAllText(file, "dear reader");
        SocketFileException thrown = Assert.Throws<SocketFileException>(() => SocketRecording.Open(file));
        Assert.Equal((Errno.EEXIST, file), (thrown.Errno, thrown.Target));
        Assert.Equal("dear reader", File.ReadAllText(file));
        Assert.Equal(Errno.EISDIR, Assert.Throws<SocketFileException>(() => SocketRecording.Open(directory.Path)).Errno);
        Assert.Equal(Errno.ENOENT, Assert.Throws<SocketFileException>(() => SocketRecording.Open(directory.File("no/such"))).Errno);
        SocketRecording.Open(directory.File("after")).Dispose();
        SocketRecording.Open(directory.File("after")).Dispose();
    }

    [Fact]
    public void A_channel_is_recorded_once()
    {
        using RecordedPair pair = new();
        using SocketRecording other = SocketRecording.Open(pair.File("other"));
        Assert.Equal(Errno.EALREADY, Assert.Throws<SocketCallException>(() => pair.Client.RecordTo(other, accepted: false)).Errno);
        using ChannelPair unrecorded = new();
        Assert.Null(unrecorded.Client.Recording);
    }

    [Fact]
    public void When_the_disk_is_full_the_recording_ends_and_the_channel_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has a small file system for it");
        OwnNetwork.Run(static () =>
        {
            using TemporaryDirectory directory = new();
            // Seen by all of the process: so it is in a directory of the test's own.
            Capturing.Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", directory.Path);
            try
            {
                string file = directory.File("full.pcapng");
                using ChannelPair pair = new();
                SocketRecording recording = SocketRecording.Open(file);
                pair.Client.RecordTo(recording, accepted: false);
                recording.Dispose();
                for (int i = 0; i < 20; i++)
                {
                    pair.Client.Send(new byte[10_000], Within.Ten);
                    pair.Server.ReceiveExactly(10_000, Within.Ten);
                }

                Assert.Equal(Errno.ENOSPC, recording.Error!.Errno);
                pair.Client.Close();
                Assert.NotEmpty(RecordedPair.Read(file));
            }
            finally
            {
                Capturing.Run("umount", directory.Path);
            }
        });
    }
}
