using System;
using System.Collections.Generic;
using System.Globalization;

namespace SocketTools.Formatting;

internal static partial class RichFormats
{
    private static void AddIpc(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(IpcChannel)] = new RichTable<IpcChannel>()
            .Number("FD", static c => c.Descriptor < 0 ? "-" : c.Descriptor)
            .Column("Mechanism", static c => c.Mechanism)
            .Column("Name", static c => c.Name ?? "-")
            .Column("Access", static c => (c.CanRead, c.CanWrite) switch { (true, true) => "ReadWrite", (true, _) => "Read", _ => "Write" })
            .Column("State", static c => c.State)
            .Number("Sent", static c => c.BytesSent)
            .Number("Received", static c => c.BytesReceived);
        formats[typeof(IpcSignal)] = new RichTable<IpcSignal>()
            .Column("Received at", static s => s.ReceivedAt.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture))
            .Column("Signal", static s => s.Name)
            .Column("From", static s => s switch
            {
                { SenderProcessId: { } id, SenderProcessName: { } name } => $"{name} ({id})",
                { SenderProcessId: { } id } => id,
                { Source: IpcSignalSource.Kernel } => "(kernel)",
                _ => "-",
            })
            .Column("User", static s => s.SenderUser)
            .Number("Value", static s => s.Value)
            .Column("Source", static s => s.Source);
        formats[typeof(IpcMeasurement)] = new RichTable<IpcMeasurement>()
            .Column("Mechanism", static m => m.Mechanism)
            .Number("Size", static m => m.MessageSize)
            .Number("Least µs", static m => Rounded(m.MinimumLatencyMicroseconds))
            .Number("Median µs", static m => Rounded(m.MedianLatencyMicroseconds))
            .Number("P99 µs", static m => Rounded(m.P99LatencyMicroseconds))
            .Number("Spread", static m => Percent(m.LatencySpread))
            .Number("Throughput", static m => Rate(m.ThroughputBytesPerSecond))
            .Number("Spread", static m => Percent(m.ThroughputSpread));
        formats[typeof(IpcResource)] = new RichTable<IpcResource>()
            .Column("Kind", static r => r.Kind)
            .Column("Name", static r => r.Id is { } id ? $"{r.Name} ({id})" : r.Name)
            .Column("Owner", static r => r.Owner)
            .Column("Mode", static r => r.Mode)
            .Column("Holds", static r => Holds(r))
            .Column("Lifetime", static r => r.Lifetime)
            .Column("Open in", static r => r.OpenedBy is { } processes ? string.Join(", ", processes) : "-");
        formats[typeof(SocketChart)] = new RichSingle<SocketChart>(static c => c.Svg, static c => $"```text\n{c.Text.TrimEnd('\n')}\n```\n", "image/svg+xml");
    }

    private static string Holds(IpcResource resource) => resource switch
    {
        { Messages: { } messages, MaximumMessages: { } maximum } => $"{messages} of {maximum} messages",
        { Messages: { } messages } => Counted(messages, "message"),
        { Value: { } value } => $"count {value}",
        { Count: { } count } => Counted(count, "semaphore"),
        { Size: { } size, Attached: var attached } => Counted(size, "byte") + (attached > 0 ? $", attached {attached}" : "") + (resource.RemovalPending ? ", removed" : ""),
        _ => "",
    };

    private static string Counted(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Rounded(double microseconds) => microseconds.ToString(microseconds switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(part * 100):0} %");

    private static string Rate(double bytes) => bytes switch
    {
        >= 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 30):0.0} GiB/s"),
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0} MiB/s"),
        >= 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 10):0.0} KiB/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B/s"),
    };
}
