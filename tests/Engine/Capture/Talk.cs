using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketTools.Tests.Capture;

/// <summary>Packets made by hand: what two sides say to each other, with numbers relative to their SYN.</summary>
internal sealed class Talk
{
    private readonly List<SocketPacket> _packets = [];
    private long _time = 1_700_000_000_000_000_000;
    private ushort _identification;

    public IPEndPoint Client { get; init; } = IPEndPoint.Parse("127.0.0.1:50124");

    public IPEndPoint Server { get; init; } = IPEndPoint.Parse("127.0.0.1:9734");

    public uint ClientNumber { get; init; } = 0xFFFFFFF0;

    public uint ServerNumber { get; init; } = 5_000_000;

    public IReadOnlyList<SocketPacket> Packets => _packets;

    /// <summary>SYN, SYN ACK, ACK.</summary>
    public Talk Handshake() => C("SYN", 0).S("SYN ACK", 0, 1).C("ACK", 1, 1);

    /// <summary>FIN, ACK, FIN, ACK, the client first.</summary>
    public Talk Close(long client = 1, long server = 1) =>
        C("FIN ACK", client, server).S("ACK", server, client + 1).S("FIN ACK", server, client + 1).C("ACK", client + 1, server + 1);

    public Talk C(string flags, long sequence, long acknowledgment = 0, string payload = "", int window = 512, byte[]? options = null, double after = 0.1) =>
        Segment(Client, Server, flags, (uint)(ClientNumber + sequence), (uint)(ServerNumber + acknowledgment), Encoding.UTF8.GetBytes(payload), window, options, after);

    public Talk S(string flags, long sequence, long acknowledgment = 0, string payload = "", int window = 512, byte[]? options = null, double after = 0.1) =>
        Segment(Server, Client, flags, (uint)(ServerNumber + sequence), (uint)(ClientNumber + acknowledgment), Encoding.UTF8.GetBytes(payload), window, options, after);

    /// <summary>A segment with its numbers as they are in the header.</summary>
    public Talk Segment(IPEndPoint from, IPEndPoint to, string flags, uint sequence, uint acknowledgment, byte[] payload, int window, byte[]? options, double after)
    {
        options ??= [];
        TcpFlags bits = flags.Split(' ').Select(Enum.Parse<TcpFlags>).Aggregate(static (a, b) => a | b);
        byte[] header = new byte[20 + options.Length];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), (bits & TcpFlags.ACK) != 0 ? acknowledgment : 0);
        header[12] = (byte)(header.Length / 4 << 4);
        header[13] = (byte)bits;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)window);
        options.CopyTo(header, 20);
        return Add(from.Address, to.Address, 6, [.. header, .. payload], after);
    }

    /// <summary>A datagram of UDP.</summary>
    public Talk Datagram(IPEndPoint from, IPEndPoint to, byte[] payload, double after = 0.1)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(8 + payload.Length));
        return Add(from.Address, to.Address, 17, [.. header, .. payload], after);
    }

    /// <summary>An error of ICMP about the last packet.</summary>
    public Talk Unreachable(string from, byte type, byte code)
    {
        SocketPacket last = _packets[^1];
        int quoted = Math.Min(last.Bytes.Length, last.Ip!.HeaderLength + 8);
        bool six = last.Ip is IPv6Layer;
        return Add(IPAddress.Parse(from), last.Source!.Address, six ? (byte)58 : (byte)1, [type, code, 0, 0, 0, 0, 0, 0, .. last.Bytes.AsSpan(0, quoted)], 0.1);
    }

    /// <summary>Any packet.</summary>
    public Talk Add(IPAddress from, IPAddress to, byte protocol, byte[] content, double after)
    {
        byte[] header;
        if (from.AddressFamily == AddressFamily.InterNetwork)
        {
            header = new byte[20];
            header[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + content.Length));
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), ++_identification);
            (header[8], header[9]) = (64, protocol);
            from.GetAddressBytes().CopyTo(header, 12);
            to.GetAddressBytes().CopyTo(header, 16);
        }
        else
        {
            header = new byte[40];
            header[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)content.Length);
            (header[6], header[7]) = (protocol, 64);
            from.GetAddressBytes().CopyTo(header, 8);
            to.GetAddressBytes().CopyTo(header, 24);
        }

        _time += (long)(after * 1_000_000);
        byte[] bytes = [.. header, .. content];
        _packets.Add(SocketPacket.Decode(_packets.Count + 1, _time, LinkType.Raw, bytes, bytes.Length));
        return this;
    }

    /// <summary>The only diagram of these packets.</summary>
    public SocketSequence Sequence(SocketSequenceOptions? options = null) => Xunit.Assert.Single(SocketSequence.FromPackets(_packets, options));
}
