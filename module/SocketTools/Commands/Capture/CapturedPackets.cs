using System;
using System.Collections.Generic;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Writes what a capture had or has, and says what is missing.</summary>
internal sealed class CapturedPackets(Cmdlet cmdlet, SocketCapture capture)
{
    // Who watches a capture ends it with Ctrl+C, and then there is no end at which to say it.
    private const long BetweenWarnings = 1000;

    private long _nextLook = Environment.TickCount64 + BetweenWarnings;
    private long _dropped;
    private long _discarded;

    public static void Write(Cmdlet cmdlet, SocketCapture capture, IEnumerable<SocketPacket> packets) => new CapturedPackets(cmdlet, capture).Write(packets);

    private void Write(IEnumerable<SocketPacket> packets)
    {
        try
        {
            foreach (SocketPacket packet in packets)
            {
                cmdlet.WriteObject(packet);
                if (Environment.TickCount64 >= _nextLook)
                {
                    Warn();
                    _nextLook = Environment.TickCount64 + BetweenWarnings;
                }
            }
        }
        catch (SocketCallException)
        {
            Warn(); // It may be why fewer came than were waited for.
            throw;
        }

        Warn();
        if (capture.Error is { } error)
        {
            throw error; // Behind the packets that came before it.
        }
    }

    private void Warn()
    {
        if (capture.Dropped is var dropped && dropped > _dropped)
        {
            _dropped = dropped;
            cmdlet.WriteWarning($"The kernel dropped {dropped} packets, for they came faster than they were taken. A larger -BufferSize, or a filter, helps.");
        }

        if (capture.Discarded is var discarded && discarded > _discarded)
        {
            _discarded = discarded;
            cmdlet.WriteWarning($"{discarded} packets were discarded, for there was no room. A larger -MaximumPackets or -MaximumBytes keeps more, a smaller -SnapLength makes them smaller.");
        }
    }
}
