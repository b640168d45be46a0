using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>Ends a capture and writes what it captured.</summary>
[Cmdlet(VerbsLifecycle.Stop, "SocketCapture")]
[OutputType(typeof(SocketPacket))]
public sealed class StopSocketCaptureCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public SocketCapture[] Capture { get; set; } = null!;

    private protected override void Process()
    {
        foreach (SocketCapture capture in Capture)
        {
            Target = capture;
            Guard(() => CapturedPackets.Write(this, capture, capture.Stop(TimeSpan.Zero, Wait(-1))));
        }
    }
}
