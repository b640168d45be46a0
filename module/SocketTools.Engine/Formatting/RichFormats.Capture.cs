using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;

namespace SocketTools.Formatting;

internal static partial class RichFormats
{
    private static void AddCapture(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(SocketPacket)] = new RichTable<SocketPacket>()
            .Number("No", static p => p.Number)
            .Column("Time", static p => p.Timestamp.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture))
            .Column("Source", static p => p.Ip is { } ip ? Side(p, ip.Source, p.Source) : p.Arp is { SenderAddress: { } sender } ? sender : p.Link?.Source)
            .Column("Destination", static p => p.Ip is { } ip ? Side(p, ip.Destination, p.Destination) : p.Arp is { TargetAddress: { } target } ? target : (p.Link as EthernetLayer)?.Destination)
            .Column("Info", static p => p.Info.StartsWith(p.Protocol, StringComparison.Ordinal) ? p.Info : $"{p.Protocol} {p.Info}");
        formats[typeof(PacketLayer)] = new RichTable<PacketLayer>()
            .Number("OSI", static l => l.OsiLayer)
            .Column("Layer", static l => l.OsiName)
            .Column("Name", static l => l.Name)
            .Number("Offset", static l => l.Offset)
            .Number("Header", static l => l.HeaderLength)
            .Number("Length", static l => l.Length)
            .Column("Summary", static l => l.Summary);
        formats[typeof(PacketField)] = new RichTable<PacketField>()
            .Number("Offset", static f => f.Offset)
            .Number("Length", static f => f.Length)
            .Column("Bytes", static f => f.Hex)
            .Column("Name", static f => f.Name)
            .Column("Value", static f => f.Value is byte[]? f.Hex : f.Value);
        formats[typeof(SocketCapture)] = new RichTable<SocketCapture>()
            .Column("Interface", static c => c.Interface)
            .Column("State", static c => c.State)
            .Number("Packets", static c => c.Packets)
            .Number("Dropped", static c => c.Dropped)
            .Number("Discarded", static c => c.Discarded)
            .Column("Started", static c => c.Started.ToString("HH:mm:ss", CultureInfo.InvariantCulture))
            .Column("Filter", static c => c.Filter);
        formats[typeof(SocketSequenceStep)] = new RichTable<SocketSequenceStep>()
            .Number("#", static s => s.Number)
            .Number("ms", static s => s.Time.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture))
            .Column("Phase", static s => s.Phase)
            .Column("From", static s => s.From)
            .Column("Client", static s => s.ClientState)
            .Column("Server", static s => s.ServerState)
            .Column("Label", static s => s.Label);
        formats[typeof(SocketSequence)] = new RichSingle<SocketSequence>(static s => s.Svg, static s => $"```mermaid\n{s.Mermaid.TrimEnd('\n')}\n```\n", "image/svg+xml");
    }

    private static object Side(SocketPacket packet, IPAddress address, IPEndPoint? end) => end is null || (packet.Tcp is null && packet.Udp is null) ? address : end;
}
