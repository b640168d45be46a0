using System;
using System.Collections.Generic;
using System.IO;

namespace SocketTools.Capture;

/// <summary>The recordings that ship with the module, for where nothing can be captured. module/Samples/Record-Sample.ps1 makes them.</summary>
internal static class SequenceSamples
{
    // What they were recorded on; the date is in the packets.
    private const string System = "Linux 6.18 (x86_64)";

    /// <summary>Where they are: beside the folder of the assemblies.</summary>
    public static string Folder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(SequenceSamples).Assembly.Location) ?? ".", "..", "module", "Samples"));

    /// <summary>The packets of a recording.</summary>
    /// <exception cref="SocketFileException">ENOENT: the file is not there.</exception>
    public static IReadOnlyList<SocketPacket> Packets(string folder, SocketSequenceSample sample)
    {
        List<SocketPacket> packets = [];
        using CaptureFileReader reader = CaptureFileReader.Open(Path.Combine(folder, $"{sample}.pcapng"));
        while (reader.Read() is { } packet)
        {
            packets.Add(packet);
        }

        return packets;
    }

    /// <summary>The diagrams of a recording.</summary>
    public static IReadOnlyList<SocketSequence> Read(string folder, SocketSequenceSample sample, SocketSequenceOptions options)
    {
        IReadOnlyList<SocketPacket> packets = Packets(folder, sample);
        SocketSequenceRecording recording = new($"{sample}", Describe(sample), packets[0].Timestamp, System);
        return SocketSequence.FromPackets(packets, options with { Recording = recording });
    }

    private static string Describe(SocketSequenceSample sample) => sample switch
    {
        SocketSequenceSample.CharServer => "the client sends 'A' to the char server, which answers 'B'.",
        SocketSequenceSample.ThreeWayClose => "the server closes as soon as the client has closed.",
        SocketSequenceSample.HalfClose => "the client ends its stream, and then the server answers.",
        SocketSequenceSample.SimultaneousClose => "client and server close at the same time.",
        SocketSequenceSample.SimultaneousOpen => "two sockets connect to each other at the same time.",
        SocketSequenceSample.Refused => "nothing listens at the port.",
        SocketSequenceSample.Reset => "the server closes with data unread.",
        SocketSequenceSample.LostSyn => "the first SYN is dropped before it reaches the server.",
        SocketSequenceSample.LostData => "a segment of data is dropped before it reaches the server.",
        SocketSequenceSample.ZeroWindow => "the server does not read until its buffer is full.",
        SocketSequenceSample.KeepAlive => "nothing is sent for a while, and keep-alive is on.",
        SocketSequenceSample.Datagram => "a question and its answer over UDP.",
        SocketSequenceSample.RefusedDatagram => "a datagram to a port where no socket is bound.",
        _ => throw new ArgumentOutOfRangeException(nameof(sample)),
    };
}
