using System.Management.Automation;
using SocketTools.Completion;

namespace SocketTools.Commands;

/// <summary>A cmdlet that changes the count of a semaphore.</summary>
public abstract class SemaphoreCommand : SocketCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(IpcResourceCompleter))]
    public SemaphoreArgument Semaphore { get; set; } = null!;

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected abstract void Change(IpcSemaphore semaphore);

    private protected override void Process()
    {
        Target = Semaphore.Value;
        Semaphore.Use(Trace, Change);
        if (PassThru)
        {
            WriteObject(Semaphore.Value);
        }
    }
}
