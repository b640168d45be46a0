using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Net;

namespace SocketTools.Tests;

/// <summary>Packets of few addresses and ports, so that filters find some: of both versions of IP, with options, extension headers, fragments and tags, and cut anywhere.</summary>
internal sealed class RandomPackets(int seed)
{
    public static readonly IPAddress[] Addresses4 = [IPAddress.Loopback, IPAddress.Parse("192.0.2.7"), IPAddress.Parse("198.51.100.200")];
    public static readonly IPAddress[] Addresses6 = [IPAddress.IPv6Loopback, IPAddress.Parse("2001:db8::7"), IPAddress.Parse("fe80::abcd:1")];
    public static readonly int[] Ports = [1, 53, 80, 443, 9734, 40000, 65535];

    private static readonly byte[] s_protocols = [6, 6, 6, 17, 17, 132, 1, 58, 44, 0, 50];

    private readonly Random _random = new(seed);

    /// <summary>A frame of Ethernet.</summary>
    public byte[] Next()
    {
        List<byte> packet = [.. new byte[12]];
        int kind = _random.Next(20);
        if (kind == 0)
        {
            Add(packet, 0x8100, _random.Next(0x10000));
        }

        if (kind < 10)
        {
            Add(packet, 0x0800);
            Version4(packet);
        }
        else if (kind < 18)
        {
            Add(packet, 0x86DD);
            Version6(packet);
        }
        else
        {
            Add(packet, kind == 18 ? 0x0806 : _random.Next(0x600, 0x10000));
            Add(packet, 1, 0x0800, 0x0604, 1);
            packet.AddRange(new byte[6]);
            packet.AddRange(Pick(Addresses4).GetAddressBytes());
            packet.AddRange(new byte[6]);
            packet.AddRange(Pick(Addresses4).GetAddressBytes());
        }

        byte[] whole = [.. packet];
        return _random.Next(6) == 0 ? whole[..(_random.Next(15, whole.Length + 1))] : whole;
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    public int Number(int below) => _random.Next(below);

    /// <summary>The same packet as the interface "any" has it (LINKTYPE_LINUX_SLL).</summary>
    public static byte[] Cook(byte[] frame)
    {
        byte[] cooked = new byte[frame.Length + 2];
        cooked[3] = 1;
        cooked[5] = 6;
        frame.AsSpan(6, 6).CopyTo(cooked.AsSpan(6));
        frame.AsSpan(12).CopyTo(cooked.AsSpan(14));
        return cooked;
    }

    /// <summary>Writes a file in the format of pcap.</summary>
    public static void Write(string path, int linkType, IEnumerable<byte[]> packets)
    {
        using FileStream file = File.Create(path);
        Span<byte> head = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(head, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 262144);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], linkType);
        file.Write(head);
        int number = 0;
        foreach (byte[] packet in packets)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head, ++number);
            BinaryPrimitives.WriteInt32LittleEndian(head[4..], 0);
            BinaryPrimitives.WriteInt32LittleEndian(head[8..], packet.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head[12..], packet.Length);
            file.Write(head[..16]);
            file.Write(packet);
        }
    }

    private void Version4(List<byte> packet)
    {
        int words = _random.Next(4) == 0 ? _random.Next(16) : 5;
        int fragment = _random.Next(5) switch { 0 => 0x2000, 1 => _random.Next(0x2000) | 0x2000, 2 => 0x4000, _ => 0 };
        Add(packet, 0x4000 | (words << 8), 60, _random.Next(0x10000), fragment, 0x4000 | Pick(s_protocols), 0);
        packet.AddRange(Pick(Addresses4).GetAddressBytes());
        packet.AddRange(Pick(Addresses4).GetAddressBytes());
        packet.AddRange(new byte[Math.Max(0, (words - 5) * 4)]);
        Transport(packet);
    }

    private void Version6(List<byte> packet)
    {
        Add(packet, 0x6000, 0, 28, (Pick(s_protocols) << 8) | 64);
        packet.AddRange(Pick(Addresses6).GetAddressBytes());
        packet.AddRange(Pick(Addresses6).GetAddressBytes());
        if (_random.Next(4) == 0)
        {
            Add(packet, Pick(s_protocols) << 8, _random.Next(0x10000), 0, 1); // what a header of fragments looks like
        }

        Transport(packet);
    }

    private void Transport(List<byte> packet)
    {
        Add(packet, Pick(Ports), Pick(Ports), 0, 1, 0, 2, 0x5010, 100, 0, 0);
        packet.AddRange(new byte[_random.Next(8)]);
    }

    private static void Add(List<byte> packet, params ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            packet.Add((byte)(value >> 8));
            packet.Add((byte)value);
        }
    }
}
