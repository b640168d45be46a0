using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SocketTools.Capture;
using Xunit;

namespace SocketTools.Tests;

public class CaptureInterfaceTests
{
    private const string Group = "224.0.0.77"; // of the link, so that it needs no route

    [Fact]
    public void Over_a_pair_of_interfaces_each_sees_its_own_direction_and_all_of_them_both() => OwnNetwork.Run(() =>
    {
        Capturing.SkipUnlessPermitted();
        using Socket sender = Sender();
        using SocketCapture near = Capturing.Start(5000, new() { Interface = OwnNetwork.Near });
        using SocketCapture far = Capturing.Start(5000, new() { Interface = OwnNetwork.Far });
        using SocketCapture any = Capturing.Start(5000, new() { Interface = "any" });
        sender.SendTo("hello"u8, new IPEndPoint(IPAddress.Parse(Group), 5000));
        SocketPacket sent = Assert.Single(near.Packets());
        SocketPacket received = Assert.Single(far.Packets());
        List<SocketPacket> both = any.Packets();
        Assert.Equal((PacketDirection.Outgoing, OwnNetwork.Near), (sent.Direction, sent.Interface));
        Assert.Equal((PacketDirection.Incoming, OwnNetwork.Far), (received.Direction, received.Interface));
        Assert.Equal(sent.Bytes, received.Bytes);
        Assert.Equal([(PacketDirection.Outgoing, OwnNetwork.Near), (PacketDirection.Incoming, OwnNetwork.Far)], both.Select(static p => (p.Direction, p.Interface!)));
        Assert.All(both, static p => Assert.Equal("hello", p.Text));
    });

    [Fact]
    public void A_tag_that_the_interface_took_off_is_put_back() => OwnNetwork.Run(() =>
    {
        Capturing.SkipUnlessPermitted();
        using SocketCapture far = Capturing.Start(5000, new() { Interface = OwnNetwork.Far });
        using SocketCapture any = Capturing.Start(5000, new() { Interface = "any" });
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 5, 8, 0, .. Datagram];
        PacketSocket raw = PacketSocket.Open(OwnNetwork.Near, cooked: false, null);
        raw.Bind(raw.FindInterface(OwnNetwork.Near, null), 0, null);
        Assert.True(raw.TrySend(frame));
        raw.Close(null);
        SocketPacket packet = Assert.Single(far.Packets());
        Assert.Equal(frame, packet.Bytes);
        Assert.Equal(("hello", frame.Length), (packet.Text, packet.Length));
        SocketPacket cooked = any.Packets().Single(static p => p.Interface == OwnNetwork.Far);
        Assert.Equal([0x81, 0x00, 0x00, 0x05, 0x08, 0x00, 0x45], cooked.Bytes[14..21]);
        Assert.Equal("hello", cooked.Text);
    });

    [Fact]
    public void When_the_interface_goes_down_the_capture_has_failed_and_keeps_what_it_had() => OwnNetwork.Run(() =>
    {
        Capturing.SkipUnlessPermitted();
        using Socket sender = Sender();
        using SocketCapture capture = Capturing.Start(5000, new() { Interface = OwnNetwork.Near });
        sender.SendTo("hello"u8, new IPEndPoint(IPAddress.Parse(Group), 5000));
        Capturing.Run("ip", "link", "set", OwnNetwork.Near, "down");
        Within.TenSeconds(() => capture.State == SocketCaptureState.Failed, "the capture sees it");
        Assert.Equal(Errno.ENETDOWN, capture.Error!.Errno);
        Assert.Equal("hello", Assert.Single(capture.Packets()).Text);
    });

    [Fact]
    public void An_interface_that_is_down_is_ENETDOWN() => OwnNetwork.Run(() =>
    {
        Capturing.SkipUnlessPermitted();
        Capturing.Run("ip", "link", "set", OwnNetwork.Near, "down");
        Assert.Equal(Errno.ENETDOWN, Assert.Throws<SocketCallException>(() => SocketCapture.Start(new() { Interface = OwnNetwork.Near })).Errno);
    });

    [Fact]
    public void It_works_also_where_the_loopback_is_down() => OwnNetwork.Run(() =>
    {
        Capturing.SkipUnlessPermitted();
        using Socket sender = Sender();
        Capturing.Run("ip", "link", "set", "lo", "down");
        using SocketCapture capture = Capturing.Start(5000, new() { Interface = OwnNetwork.Near });
        sender.SendTo("hello"u8, new IPEndPoint(IPAddress.Parse(Group), 5000));
        Assert.Single(capture.Packets());
    });

    [Fact]
    public void An_interface_without_Ethernet_is_captured_cooked() => OwnNetwork.Run(() =>
    {
        Capturing.SkipUnlessPermitted();
        using System.Diagnostics.Process? made = Capturing.StartTool("ip", "tuntap", "add", "dev", "tun9", "mode", "tun");
        made?.WaitForExit();
        Assert.SkipUnless(made?.ExitCode == 0, "no tunnel can be made here");
        Capturing.Run("ip", "addr", "add", "203.0.113.1/24", "dev", "tun9");
        Capturing.Run("ip", "link", "set", "tun9", "up");
        using SocketCapture capture = Capturing.Start(5000, new() { Interface = "tun9" });
        Assert.Empty(capture.Packets()); // Nobody has the other end, so nothing is sent; but it starts, and stops.
    });

    // IPv4 and UDP from port 1 to port 5000.
    private static byte[] Datagram =>
    [
        0x45, 0, 0, 33, 0, 0, 0, 0, 64, 17, 0, 0, 203, 0, 113, 1, 203, 0, 113, 2,
        0, 1, 0x13, 0x88, 0, 13, 0, 0, .. "hello"u8,
    ];

    private static Socket Sender(string address = OwnNetwork.Address)
    {
        Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Parse(address).GetAddressBytes());
        sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, false);
        return sender;
    }
}
