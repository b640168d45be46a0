using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>pipe(2).</summary>
[Cmdlet(VerbsCommon.New, "IpcPipe")]
[OutputType(typeof(IpcPipe))]
public sealed class NewIpcPipeCommand : OpeningCommand
{
    [Parameter(Position = 0)]
    public IpcPipeEnds ForChild { get; set; }

    private protected override void Process()
    {
        Target = ForChild;
        WriteIpc(IpcPipe.Create(ForChild, Trace));
    }
}
