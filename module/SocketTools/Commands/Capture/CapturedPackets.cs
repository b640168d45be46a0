using System.Collections.Generic;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Writes what a capture had, and says what is missing.</summary>
internal static class CapturedPackets
{
    public static void Write(Cmdlet cmdlet, SocketCapture capture, IEnumerable<SocketPacket> packets)
    {
        foreach (SocketPacket packet in packets)
        {
            cmdlet.WriteObject(packet);
        }

        if (capture.Dropped > 0)
        {
            cmdlet.WriteWarning($"The kernel dropped {capture.Dropped} packets, for they came faster than they were taken. A larger -BufferSize, or a filter, helps.");
        }

        if (capture.Discarded > 0)
        {
            cmdlet.WriteWarning($"The first {capture.Discarded} packets were discarded, for there was no room. A larger -MaximumPackets or -MaximumBytes keeps more, a smaller -SnapLength makes them smaller.");
        }

        if (capture.Error is { } error)
        {
            throw error; // Behind the packets that came before it.
        }
    }
}
