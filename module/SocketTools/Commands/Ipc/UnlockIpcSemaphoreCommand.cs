using System.Management.Automation;

namespace SocketTools.Commands;

/// <summary>sem_post(3).</summary>
[Cmdlet(VerbsCommon.Unlock, "IpcSemaphore")]
[OutputType(typeof(IpcSemaphore))]
public sealed class UnlockIpcSemaphoreCommand : SemaphoreCommand
{
    private protected override void Change(IpcSemaphore semaphore) => semaphore.Unlock(Count, Trace);
}
