using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>sem_wait(3), with a time limit.</summary>
[Cmdlet(VerbsCommon.Lock, "IpcSemaphore")]
[OutputType(typeof(IpcSemaphore))]
public sealed class LockIpcSemaphoreCommand : SemaphoreCommand
{
    /// <inheritdoc cref="WaitingSocketCommand.TimeoutSeconds"/>
    [Parameter]
    [ValidateRange(-1, double.MaxValue)]
    public double TimeoutSeconds { get; set; } = 30;

    private protected override void Change(IpcSemaphore semaphore) => semaphore.Lock(Count, Wait(TimeoutSeconds));
}
