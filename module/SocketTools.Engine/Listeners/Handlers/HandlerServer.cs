using System;
using System.Threading;

namespace SocketTools;

/// <summary>Gives each connection to a handler, which has it until it returns; then it is closed.</summary>
/// <remarks>
/// Without a limit on connections it accepts no more of them than there can be handlers at once; the others wait in the backlog. With one it
/// accepts up to that number, and refuses what is beyond.
/// </remarks>
internal sealed class HandlerServer : IListenerServer
{
    private const int PauseMilliseconds = 100;

    private readonly SocketListener _listener;
    private readonly HandlerPool _pool;
    private readonly SemaphoreSlim? _slots;
    private readonly Thread _thread;

    public HandlerServer(SocketListener listener, int throttleLimit, Func<IHandlerWorker> makeWorker)
    {
        _listener = listener;
        _pool = new HandlerPool(listener, throttleLimit, makeWorker);
        _slots = listener.Limits.MaximumConnections > 0 ? null : new SemaphoreSlim(throttleLimit);
        _thread = new Thread(Accept) { IsBackground = true, Name = $"SocketTools {listener} accept" };
    }

    public void Start()
    {
        _pool.Warm();
        _thread.Start();
    }

    public void BeginStop() => _pool.BeginStop();

    public void EndStop()
    {
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(TimeSpan.FromMilliseconds(200));
        }

        _pool.EndStop(TimeSpan.FromMilliseconds(600));
    }

    private void Accept()
    {
        SocketWait wait = new(Timeout.InfiniteTimeSpan, _listener.Channel.Closing);
        while (true)
        {
            try
            {
                _slots?.Wait(wait.Stop);
                _pool.Add(new HandlerWork(_listener.Accept(wait), HandlerOccasion.Connection, null, Done));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketCallException e)
            {
                if (!_listener.Channel.IsOpen)
                {
                    return;
                }

                // Out of descriptors, as a rule. The client waits in the backlog; looking again at once would only burn the processor.
                _listener.Report(null, e);
                _slots?.Release();
                wait.Stop.WaitHandle.WaitOne(PauseMilliseconds);
            }
        }
    }

    private void Done(HandlerWork work, bool failed)
    {
        work.Client.Dispose();
        _slots?.Release();
    }
}
