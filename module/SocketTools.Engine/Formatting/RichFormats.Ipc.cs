using System;
using System.Collections.Generic;
using System.Globalization;

namespace SocketTools.Formatting;

internal static partial class RichFormats
{
    private static void AddIpc(Dictionary<Type, RichFormat> formats)
    {
        formats[typeof(IpcMeasurement)] = new RichTable<IpcMeasurement>()
            .Column("Mechanism", static m => m.Mechanism)
            .Number("Size", static m => m.MessageSize)
            .Number("Least µs", static m => Invariant(m.MinimumLatencyMicroseconds, "0.00"))
            .Number("Median µs", static m => Invariant(m.MedianLatencyMicroseconds, "0.00"))
            .Number("P99 µs", static m => Invariant(m.P99LatencyMicroseconds, "0.00"))
            .Number("MB/s", static m => Invariant(m.ThroughputBytesPerSecond / 1e6, "0.0"));
        formats[typeof(IpcResource)] = new RichTable<IpcResource>()
            .Column("Kind", static r => r.Kind)
            .Column("Interface", static r => r.Interface)
            .Column("Name", static r => r.Name)
            .Number("Id", static r => r.Id)
            .Column("Owner", static r => r.Owner)
            .Column("Mode", static r => r.Mode)
            .Number("Size", static r => r.Size)
            .Column("Lifetime", static r => r.Lifetime)
            .Column("Opened by", static r => r.OpenedBy is null ? "" : string.Join(", ", r.OpenedBy));
        formats[typeof(SocketChart)] = new RichSingle<SocketChart>(static c => c.Svg, static c => $"```text\n{c.Text.TrimEnd('\n')}\n```\n", "image/svg+xml");
    }

    private static string Invariant(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
