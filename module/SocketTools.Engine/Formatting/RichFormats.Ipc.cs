using System;
using System.Collections.Generic;

namespace SocketTools.Formatting;

internal static partial class RichFormats
{
    private static void AddIpc(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(IpcChannel)] = new RichTable<IpcChannel>()
            .Number("FD", static c => ValueText.Descriptor(c.Descriptor))
            .Column("Mechanism", static c => c.Mechanism)
            .Column("Name", ValueText.IpcName)
            .Column("Access", ValueText.Access)
            .Column("State", static c => c.State)
            .Number("Sent", static c => c.BytesSent)
            .Number("Received", static c => c.BytesReceived);
        formats[typeof(IpcMessageQueue)] = new RichTable<IpcMessageQueue>()
            .Number("FD", static q => ValueText.Descriptor(q.Descriptor))
            .Column("Kind", static q => q.IsSystemV ? "System V" : "POSIX")
            .Column("Name", ValueText.IpcName)
            .Number("Messages", static q => q.Messages)
            .Number("Room", ValueText.Room)
            .Number("Message size", static q => q.MessageSize)
            .Column("State", static q => q.State);
        formats[typeof(IpcSignal)] = new RichTable<IpcSignal>()
            .Column("Received at", static s => ValueText.Time(s.ReceivedAt))
            .Column("Signal", static s => s.Name)
            .Column("From", ValueText.Sender)
            .Column("User", static s => s.SenderUser)
            .Number("Value", static s => s.Value)
            .Column("Source", static s => s.Source);
        formats[typeof(IpcMeasurement)] = new RichTable<IpcMeasurement>()
            .Column("Mechanism", static m => m.Mechanism)
            .Number("Size", static m => m.MessageSize)
            .Number("Least µs", static m => ValueText.Microseconds(m.MinimumLatencyMicroseconds))
            .Number("Median µs", static m => ValueText.Microseconds(m.MedianLatencyMicroseconds))
            .Number("P99 µs", static m => ValueText.Microseconds(m.P99LatencyMicroseconds))
            .Number("Spread", static m => ValueText.Percent(m.LatencySpread))
            .Number("Throughput", static m => ValueText.Rate(m.ThroughputBytesPerSecond))
            .Number("Spread", static m => ValueText.Percent(m.ThroughputSpread));
        formats[typeof(IpcResource)] = new RichTable<IpcResource>()
            .Column("Kind", static r => r.Kind)
            .Column("Name", ValueText.Name)
            .Column("Owner", static r => r.Owner)
            .Column("Mode", static r => r.Mode)
            .Column("Holds", ValueText.Holds)
            .Column("Lifetime", static r => r.Lifetime)
            .Column("Open in", static r => ValueText.OpenedBy(r));
        formats[typeof(SocketChart)] = new RichSingle<SocketChart>(static c => c.Svg, static c => $"```text\n{c.Text.TrimEnd('\n')}\n```\n", "image/svg+xml");
    }
}
