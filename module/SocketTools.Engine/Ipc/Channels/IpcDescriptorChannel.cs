using System;
using SocketTools.Calls;
using SocketTools.Ipc;

namespace SocketTools;

/// <summary>A channel on a descriptor that poll(2) waits for: a pipe, a FIFO, a POSIX message queue.</summary>
public abstract class IpcDescriptorChannel : IpcPolledChannel
{
    private protected IpcDescriptorChannel(IpcDescriptor handle, IpcMechanism mechanism, string? name, bool canRead, bool canWrite)
        : base(mechanism, name, canRead, canWrite)
    {
        Handle = handle;
        Descriptor = handle.Number;
        OpenIpc.Add(this);
    }

    private protected IpcDescriptor Handle { get; }

    private protected override int WaitFor(PollEvents events, Deadline deadline, SocketWait wait) =>
        Handle.Poll(events, deadline.Remaining, wait.Stop, Closing, wait.Trace);

    private protected override void Release(SystemCallTrace? trace)
    {
        Handle.Dispose();
        trace?.Invoke(new("close", $"{Descriptor}", 0, Errno.None));
    }
}
