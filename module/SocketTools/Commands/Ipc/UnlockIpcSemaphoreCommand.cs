using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>sem_post(3).</summary>
[Cmdlet(VerbsCommon.Unlock, "IpcSemaphore")]
[OutputType(typeof(IpcSemaphore))]
public sealed class UnlockIpcSemaphoreCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(IpcResourceCompleter))]
    public SemaphoreArgument Semaphore { get; set; } = null!;

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Target = Semaphore.Value;
        Semaphore.Use(Trace, s => s.Unlock(Count, Trace));
        if (PassThru)
        {
            WriteObject(Semaphore.Value);
        }
    }
}
