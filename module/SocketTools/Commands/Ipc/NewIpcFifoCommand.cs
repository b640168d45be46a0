using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>mkfifo(3).</summary>
[Cmdlet(VerbsCommon.New, "IpcFifo")]
[OutputType(typeof(IpcFifo))]
public sealed class NewIpcFifoCommand : OpeningCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string Path { get; set; } = "";

    private protected override void Process()
    {
        Target = Path;
        WriteIpc(IpcFifo.Create(FilePath.Resolve(SessionState.Path, Path), Trace));
    }
}
