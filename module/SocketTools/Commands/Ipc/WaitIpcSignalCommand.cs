using System.Linq;
using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>sigwaitinfo(2), in the manner that .NET leaves room for.</summary>
[Cmdlet(VerbsLifecycle.Wait, "IpcSignal")]
[OutputType(typeof(IpcSignal))]
public sealed class WaitIpcSignalCommand : WaitingSocketCommand
{
    [Parameter(Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(IpcSignalCompleter))]
    public string[] Signal { get; set; } = [];

    private protected override void Process()
    {
        Target = Signal.Length == 1 ? Signal[0] : Signal;
        WriteObject(IpcSignals.Wait([.. Signal.Select(IpcSignalTable.Parse)], Wait()));
    }
}
