using System;
using System.Collections.Generic;
using System.Globalization;

namespace SocketTools.Formatting;

internal static partial class RichFormats
{
    private static void AddCapture(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(SocketPacket)] = new RichTable<SocketPacket>()
            .Number("No", static p => p.Number)
            .Column("Time", static p => ValueText.Time(p.Timestamp))
            .Column("Source", ValueText.Source)
            .Column("Destination", ValueText.Target)
            .Column("Info", static p => p.Info);
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
            .Column("Value", ValueText.Value);
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
            .Number("ms", static s => ValueText.Milliseconds(s.Time.TotalMilliseconds))
            .Column("Phase", static s => s.Phase)
            .Column("From", static s => s.From)
            .Column("Client", static s => s.ClientState)
            .Column("Server", static s => s.ServerState)
            .Column("Label", static s => s.Label);
        formats[typeof(SocketSequence)] = new RichSingle<SocketSequence>(static s => s.Svg, static s => $"```mermaid\n{s.Mermaid.TrimEnd('\n')}\n```\n", "image/svg+xml");
    }
}
