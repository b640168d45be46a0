using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>sem_open(3), sem_init(3).</summary>
[Cmdlet(VerbsCommon.New, "IpcSemaphore", DefaultParameterSetName = MakeSet)]
[OutputType(typeof(IpcSemaphore))]
public sealed class NewIpcSemaphoreCommand : OpeningCommand
{
    private const string MakeSet = "Make";
    private const string OpenSet = "Open";

    [Parameter(Position = 0, ParameterSetName = MakeSet)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = OpenSet)]
    [ArgumentCompleter(typeof(IpcResourceCompleter))]
    public string? Name { get; set; }

    [Parameter(ParameterSetName = MakeSet)]
    [ValidateRange(0, int.MaxValue)]
    public int InitialCount { get; set; } = 1;

    [Parameter(Mandatory = true, ParameterSetName = OpenSet)]
    public SwitchParameter Open { get; set; }

    private protected override void Process()
    {
        Target = Name;
        WriteIpc(Open ? IpcSemaphore.Open(Name!, Trace) : IpcSemaphore.Create(Name, InitialCount, Trace));
    }
}
