using System;
using System.Diagnostics;
using System.Linq;

namespace SocketTools.Benchmarks;

/// <summary>Packets many times in compiled code.</summary>
public static class BarePackets
{
    /// <summary>Packets of 100 bytes of one connection, as a loopback has them: Ethernet, IPv4, TCP with time stamps and 34 bytes of payload.</summary>
    public static byte[][] Make(int count) => [.. Enumerable.Range(0, count).Select(static i =>
    {
        byte[] packet = Convert.FromHexString("0000000000000000000000000800" + "450000561234400040060000" + "7f0000017f000001"
            + "9c40260600000000010203048018020000000000" + "0101080a0000000100000002" + new string('6', 68));
        BitConverter.TryWriteBytes(packet.AsSpan(38), i);
        return packet;
    })];

    /// <summary>Nanoseconds of one decode, with the packet's copy of the bytes and an object for each layer.</summary>
    public static double Decode(byte[][] packets)
    {
        ArgumentNullException.ThrowIfNull(packets);
        Stopwatch watch = Stopwatch.StartNew();
        long number = 0;
        foreach (byte[] packet in packets)
        {
            GC.KeepAlive(SocketPacket.Decode(++number, 0, LinkType.Ethernet, packet.AsSpan(), packet.Length));
        }

        return watch.Elapsed.TotalNanoseconds / packets.Length;
    }

    /// <summary>The same, and what a table or a filter reads of each: the list of layers, addresses, ports, numbers, flags, options, payload, problems.</summary>
    public static double DecodeAndRead(byte[][] packets)
    {
        ArgumentNullException.ThrowIfNull(packets);
        Stopwatch watch = Stopwatch.StartNew();
        long number = 0;
        long sum = 0;
        foreach (byte[] bytes in packets)
        {
            SocketPacket packet = SocketPacket.Decode(++number, 0, LinkType.Ethernet, bytes.AsSpan(), bytes.Length);
            TcpLayer tcp = packet.Tcp!;
            sum += packet.Layers.Count + packet.Source!.Port + packet.Destination!.Port + tcp.SequenceNumber + tcp.AcknowledgmentNumber + (int)tcp.Flags + tcp.Window
                + tcp.Options.Count + packet.Payload.Length + packet.Problems.Count;
        }

        GC.KeepAlive(sum);
        return watch.Elapsed.TotalNanoseconds / packets.Length;
    }

    /// <summary>Bytes that one decode allocates.</summary>
    public static long Allocated(byte[] packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(SocketPacket.Decode(1, 0, LinkType.Ethernet, packet.AsSpan(), packet.Length));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Nanoseconds for each packet of a file.</summary>
    public static double ReadFile(string path)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using CaptureFileReader reader = CaptureFileReader.Open(path);
        while (reader.Read() is { } packet)
        {
            GC.KeepAlive(packet);
        }

        return watch.Elapsed.TotalNanoseconds / reader.Count;
    }

    /// <summary>A file of packets.</summary>
    public static void WriteFile(string path, byte[][] packets)
    {
        ArgumentNullException.ThrowIfNull(packets);
        using CaptureFileWriter writer = CaptureFileWriter.Record(path, CaptureFileWriter.FormatOf(path), replace: true);
        long number = 0;
        foreach (byte[] packet in packets)
        {
            writer.Write(SocketPacket.Decode(++number, 1_700_000_000_000_000_000 + (number * 1000), LinkType.Ethernet, packet, packet.Length));
        }
    }
}
