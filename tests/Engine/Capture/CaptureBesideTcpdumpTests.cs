using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace SocketTools.Tests;

/// <summary>The same traffic, captured by tcpdump at the same time.</summary>
public class CaptureBesideTcpdumpTests
{
    [Theory]
    [InlineData("127.0.0.1", "lo")]
    [InlineData("::1", "lo")]
    [InlineData("127.0.0.1", "any")]
    public void The_same_packets_byte_for_byte(string host, string @interface)
    {
        Capturing.SkipUnlessPermitted();
        using TemporaryDirectory directory = new();
        IPAddress address = IPAddress.Parse(host);
        using TcpListener listener = new(address, 0);
        listener.Start();
        using Socket receiver = Capturing.Receiver(address);
        SocketCaptureFilter filter = new() { Endpoints = [new(address, listener.Server.Port(), CaptureProtocol.Tcp), new(null, receiver.Port(), CaptureProtocol.Udp)] };

        // Room for 900 packets, for its own default holds but 8 of this length. It says on its error output when it listens, and ends by itself after so many packets.
        const int Count = 20;
        string file = directory.File("t.pcap");
        using Process? tcpdump = Capturing.StartTool("tcpdump", "-i", @interface, "-y", @interface == "any" ? "LINUX_SLL" : "EN10MB", "-s", "70000", "-B", "65536", "--immediate-mode", "-U", "-w", file, "-Z", "root", "-c", $"{Count}", $"{filter}");
        Assert.SkipWhen(tcpdump is null, "tcpdump is not installed");
        while (tcpdump!.StandardError.ReadLine() is { } line && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }

        using SocketCapture capture = SocketCapture.Start(new() { Interface = @interface, Filter = filter });
        using (TcpClient client = new(address.AddressFamily))
        {
            client.Connect(address, listener.Server.Port());
            using TcpClient server = listener.AcceptTcpClient();
            client.Client.Send(new byte[100_000]);
            byte[] all = new byte[100_000];
            server.GetStream().ReadExactly(all);
        }

        for (int i = 0; i < Count; i++)
        {
            receiver.SendTo(new byte[i], receiver.LocalEndPoint!);
        }

        Assert.True(tcpdump.WaitForExit(TimeSpan.FromSeconds(20)), "tcpdump has its packets");
        byte[][] theirs = [.. Read(file)];
        byte[][] ours = [.. capture.Packets().Take(Count).Select(static p => p.Bytes)];
        Assert.Equal(Count, theirs.Length);
        Assert.Equal(theirs.Select(Convert.ToHexString), ours.Select(Convert.ToHexString));
    }

    private static IEnumerable<byte[]> Read(string file)
    {
        byte[] all = File.ReadAllBytes(file);
        for (int at = 24; at < all.Length;)
        {
            int length = BitConverter.ToInt32(all, at + 8);
            yield return all[(at + 16)..(at + 16 + length)];
            at += 16 + length;
        }
    }
}
