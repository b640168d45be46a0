using System.Management.Automation;
using System.Net.Sockets;

namespace SocketTools.Benchmarks;

/// <summary>The barest cmdlet that sends: a socket, the bytes, one call.</summary>
[Cmdlet(VerbsCommunications.Send, "BareByte")]
public sealed class SendBareByteCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    public Socket Socket { get; set; } = null!;

    [Parameter(Position = 1)]
    public byte[] Byte { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Socket.Send(Byte);
}

/// <summary>The barest cmdlet that receives: a socket, one byte, one call.</summary>
[Cmdlet(VerbsCommunications.Receive, "BareByte")]
public sealed class ReceiveBareByteCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    public Socket Socket { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        byte[] one = new byte[1];
        Socket.Receive(one);
        WriteObject(one);
    }
}
