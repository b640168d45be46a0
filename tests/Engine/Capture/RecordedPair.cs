using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SocketTools.Tests;

/// <summary>Two connected channels that record themselves, each to a file of its own.</summary>
internal sealed class RecordedPair : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public RecordedPair(string endpoint = "tcp://:0")
    {
        using SocketListener listener = SocketListener.Start(SocketEndpoint.Parse(endpoint.Replace("{dir}", _directory.Path, StringComparison.Ordinal)), "/", 5, BindOptions.Default, Within.Ten);
        using SocketRecording ofClient = SocketRecording.Open(ClientFile);
        using SocketRecording ofServer = SocketRecording.Open(ServerFile);
        Client = ofClient.Connect(() => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten));
        Server = listener.Accept(Within.Ten);
        Server.RecordTo(ofServer, accepted: true);
    }

    public SocketChannel Client { get; }

    public SocketChannel Server { get; }

    public string ClientFile => _directory.File("client.pcapng");

    public string ServerFile => _directory.File("server.pcapng");

    public string File(string name) => _directory.File(name);

    /// <summary>The packets of a recording, open or closed.</summary>
    public static List<SocketPacket> Read(string path)
    {
        using CaptureFileReader reader = CaptureFileReader.Open(path);
        List<SocketPacket> packets = [];
        while (reader.Read() is { } packet)
        {
            packets.Add(packet);
        }

        return packets;
    }

    /// <summary>What one side sent, put together by its sequence numbers.</summary>
    public static byte[] Stream(IEnumerable<SocketPacket> packets, PacketDirection direction)
    {
        using MemoryStream stream = new();
        foreach (SocketPacket packet in packets.Where(p => p.Direction == direction))
        {
            int at = (int)packet.Tcp!.SequenceNumber - 1; // 0 is the SYN
            if (packet.Payload.Length > 0)
            {
                stream.Position = at;
                stream.Write(packet.Payload);
            }
        }

        return stream.ToArray();
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _directory.Dispose();
    }
}
