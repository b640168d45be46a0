using System;

namespace SocketTools;

/// <summary>Gives each connection to a handler, which has it until it returns; then it is closed.</summary>
/// <remarks>
/// Without a limit on connections it accepts no more of them than there can be handlers at once; the others wait in the backlog. With one it
/// accepts up to that number, and refuses what is beyond.
/// </remarks>
internal sealed class ConnectionHandlerServer(SocketListener listener, int throttleLimit, Func<IHandlerWorker> makeWorker)
    : HandlerServer(listener, throttleLimit, waits: listener.Limits.MaximumConnections == 0, makeWorker)
{
    private protected override HandlerWork Next(SocketWait wait) => new(Listener.Accept(wait), HandlerOccasion.Connection, null, Done);

    private protected override void Done(HandlerWork work, bool failed)
    {
        work.Client.Dispose();
        base.Done(work, failed);
    }
}
