using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace SocketTools.Tests.Capture;

/// <summary>Capture files of real traffic in a network namespace, made by tcpdump once for all tests that compare with them.</summary>
public sealed class RealTraffic : IDisposable
{
    // Nobody has it; its hardware address is put into the table of neighbours, so that packets go out.
    private const string Absent = "198.51.100.77";
    private const string Absent6 = "fd00:97::77";
    private const string Unknown = "198.51.100.78";
    private const string Marker = "the last packet of this capture";

    private readonly TemporaryDirectory _directory = new();
    private bool _made;

    /// <summary>The files: Ethernet of the loopback and of a pair of interfaces, and both kinds of "cooked".</summary>
    public string[] Files
    {
        get
        {
            if (!_made)
            {
                OwnNetwork.Run(Make);
                _made = true;
            }

            return [.. Captures.Select(c => _directory.File(c.File))];
        }
    }

    private static (string Interface, string LinkType, string File)[] Captures =>
        [("lo", "EN10MB", "lo.pcap"), (OwnNetwork.Near, "EN10MB", "near.pcap"), ("any", "LINUX_SLL", "sll.pcap"), ("any", "LINUX_SLL2", "sll2.pcap")];

    /// <summary>A path in the same directory.</summary>
    public string NewFile(string name) => _directory.File(name);

    public void Dispose() => _directory.Dispose();

    private void Make()
    {
        // Each place of the kernel's ring is as large as -s allows: with the default there are eight, and a tcpdump that is late loses packets.
        Process[] dumps = [.. Captures.Select(c => CaptureProgram.Start(
            "tcpdump", "-i", c.Interface, "-y", c.LinkType, "-s", "32768", "-B", "32768", "--immediate-mode", "-U", "-Z", "root", "-w", _directory.File(c.File)))];
        try
        {
            Array.ForEach(dumps, static d => WaitForStart(d));
            Stream(IPAddress.Loopback);
            Stream(IPAddress.IPv6Loopback);
            Datagrams(IPAddress.Loopback);
            Datagrams(IPAddress.IPv6Loopback);
            Echo(IPAddress.Loopback);
            Echo(IPAddress.IPv6Loopback);
            Options();
            Fragments();
            End();
        }
        finally
        {
            foreach (Process dump in dumps)
            {
                using (dump)
                {
                    dump.Kill();
                    dump.WaitForExit();
                }
            }
        }
    }

    private static void WaitForStart(Process dump)
    {
        string said = "";
        while (dump.StandardError.ReadLine() is { } line)
        {
            said += line;
            if (line.Contains("listening on", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"tcpdump does not listen: {said}");
    }

    // Data both ways, urgent data, both ends closed; a reset; a refusal.
    private static void Stream(IPAddress address)
    {
        using Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        EndPoint there = listener.LocalEndPoint!;
        using (Socket client = Connect(there))
        using (Socket server = listener.Accept())
        {
            client.Send("hello"u8);
            Take(server, 5);
            server.Send(new byte[3000]);
            Take(client, 3000);
            server.Send("!"u8, SocketFlags.OutOfBand);
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, server.Receive(new byte[10]));
            server.Shutdown(SocketShutdown.Send);
        }

        using (Socket client = Connect(there))
        using (listener.Accept())
        {
            client.LingerState = new LingerOption(true, 0);
        }

        listener.Close();
        Assert.Throws<SocketException>(() => Connect(there));
    }

    private static void Datagrams(IPAddress address)
    {
        using Socket receiver = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(address, 0));
        using Socket sender = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        sender.SendTo("datagram"u8, receiver.LocalEndPoint!);
        sender.SendTo([], receiver.LocalEndPoint!);
        sender.SendTo(new byte[20000], receiver.LocalEndPoint!);
        EndPoint gone = receiver.LocalEndPoint!;
        receiver.Close();
        sender.Connect(gone);
        sender.Send("to nobody"u8);
        Within.TenSeconds(() => sender.Poll(0, SelectMode.SelectError), "nobody is there");
    }

    private static void Echo(IPAddress address)
    {
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        using Socket raw = new(address.AddressFamily, SocketType.Raw, six ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        byte[] echo = [(byte)(six ? 128 : 8), 0, 0, 0, 0x12, 0x34, 0, 1, .. "echo"u8];
        if (!six)
        {
            ushort sum = Checksum.Finish(Checksum.Add(0, echo));
            (echo[2], echo[3]) = ((byte)(sum >> 8), (byte)sum);
        }

        raw.SendTo(echo, new IPEndPoint(address, 0));
    }

    // Record route and router alert of IPv4; hop-by-hop and destination options of IPv6.
    private static void Options()
    {
        const int HopByHopOptions = 54;
        const int DestinationOptions = 59;
        foreach (byte[] option in new byte[][] { [7, 7, 4, 0, 0, 0, 0, 0], [148, 4, 0, 0] })
        {
            using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions, option);
            sender.SendTo("with options"u8, new IPEndPoint(IPAddress.Loopback, 9));
        }

        using Socket six = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        six.SetRawSocketOption((int)SocketOptionLevel.IPv6, HopByHopOptions, [0, 0, 5, 2, 0, 0, 1, 0]);
        six.SetRawSocketOption((int)SocketOptionLevel.IPv6, DestinationOptions, [0, 0, 1, 4, 0, 0, 0, 0]);
        six.SendTo("with headers"u8, new IPEndPoint(IPAddress.IPv6Loopback, 9));
    }

    // Larger than the link: cut up. And an address that nobody has: asked for.
    private static void Fragments()
    {
        foreach (string command in new[] { $"ip neigh add {Absent} lladdr 02:00:00:00:00:77 dev {OwnNetwork.Near}", $"ip -6 neigh add {Absent6} lladdr 02:00:00:00:00:77 dev {OwnNetwork.Near}" })
        {
            string[] words = command.Split(' ');
            CaptureProgram.Run(words[0], words[1..]);
        }

        foreach (string address in new[] { Absent, Absent6, Unknown })
        {
            IPEndPoint end = new(IPAddress.Parse(address), 4000);
            using Socket sender = new(end.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            sender.SendTo(new byte[address == Unknown ? 10 : 4000], end);
        }
    }

    // Until every file has it; then all before it is there too.
    private void End()
    {
        byte[] marker = Encoding.ASCII.GetBytes(Marker);
        foreach (string address in new[] { "127.0.0.1", Absent })
        {
            using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            sender.SendTo(marker, new IPEndPoint(IPAddress.Parse(address), 9));
        }

        foreach ((string name, _, string file) in Captures)
        {
            int expected = name == "any" ? 2 : 1;
            Within.TenSeconds(() => Count(File.ReadAllBytes(_directory.File(file)), marker) >= expected, string.Create(CultureInfo.InvariantCulture, $"{file} is complete"));
        }
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> marker)
    {
        int count = 0;
        for (int at = bytes.IndexOf(marker); at >= 0; at = bytes.IndexOf(marker))
        {
            count++;
            bytes = bytes[(at + marker.Length)..];
        }

        return count;
    }

    private static Socket Connect(EndPoint there)
    {
        Socket socket = new(there.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(there);
        return socket;
    }

    private static void Take(Socket socket, int count)
    {
        byte[] buffer = new byte[count];
        for (int done = 0; done < count;)
        {
            int received = socket.Receive(buffer.AsSpan(done));
            Assert.NotEqual(0, received);
            done += received;
        }
    }
}

/// <summary>The tests that look at the same real traffic.</summary>
[CollectionDefinition(nameof(RealTraffic))]
public sealed class RealTrafficDefinition : ICollectionFixture<RealTraffic>;
