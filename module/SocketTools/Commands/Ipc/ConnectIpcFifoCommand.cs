using System;
using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>open(2) of a FIFO.</summary>
[Cmdlet(VerbsCommunications.Connect, "IpcFifo")]
[OutputType(typeof(IpcPipeEnd))]
public sealed class ConnectIpcFifoCommand : OpeningCommand
{
    /// <summary>The path; a FIFO of New-IpcFifo gives its own.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string Path { get; set; } = "";

    [Parameter(Position = 1)]
    public IpcAccess Access { get; set; } = IpcAccess.Read;

    [Parameter]
    [ValidateRange(-1, double.MaxValue)]
    public double TimeoutSeconds { get; set; } = 30;

    private protected override void Process()
    {
        Target = Path;
        WriteIpc(IpcFifo.Connect(FilePath.Resolve(SessionState.Path, Path), Access, Wait(TimeoutSeconds)));
    }
}
