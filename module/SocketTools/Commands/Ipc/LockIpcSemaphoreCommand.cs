using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>sem_wait(3), with a time limit.</summary>
[Cmdlet(VerbsCommon.Lock, "IpcSemaphore")]
[OutputType(typeof(IpcSemaphore))]
public sealed class LockIpcSemaphoreCommand : WaitingSocketCommand
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
        Semaphore.Use(Trace, s => s.Lock(Count, Wait()));
        if (PassThru)
        {
            WriteObject(Semaphore.Value);
        }
    }
}
