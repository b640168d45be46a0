using System;
using System.Threading;

namespace SocketTools;

/// <summary>Takes one thing after another from a listener's socket, and gives each to a handler. It takes no more of them than there can be handlers at once, where they are limited so.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing, and handlers give their places back after the stop.
internal abstract class HandlerServer : IListenerServer
#pragma warning restore CA1001
{
    private const int PauseMilliseconds = 100;

    private readonly HandlerPool _pool;
    private readonly SemaphoreSlim? _slots;
    private readonly Thread _thread;

    /// <param name="listener">Whom it serves.</param>
    /// <param name="throttleLimit">Handlers at once.</param>
    /// <param name="waits">Whether what is beyond that number is left where it is; else it is taken, and waits here.</param>
    /// <param name="makeWorker">Makes what runs handlers.</param>
    private protected HandlerServer(SocketListener listener, int throttleLimit, bool waits, Func<IHandlerWorker> makeWorker)
    {
        Listener = listener;
        _pool = new HandlerPool(listener, throttleLimit, makeWorker);
        _slots = waits ? new SemaphoreSlim(throttleLimit) : null;
        _thread = new Thread(Run) { IsBackground = true, Name = $"SocketTools {listener} take" };
    }

    private protected SocketListener Listener { get; }

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

    /// <summary>Waits for the next work. Its end is to be told to <see cref="Done"/>.</summary>
    private protected abstract HandlerWork Next(SocketWait wait);

    private protected virtual void Done(HandlerWork work, bool failed) => _slots?.Release();

    private void Run()
    {
        SocketWait wait = new(Timeout.InfiniteTimeSpan, Listener.Channel.Closing);
        while (true)
        {
            try
            {
                _slots?.Wait(wait.Stop);
                _pool.Add(Next(wait));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketCallException e)
            {
                if (!Listener.Channel.IsOpen)
                {
                    return;
                }

                // Out of descriptors, as a rule, or a datagram that was sent found nobody. What comes waits; looking again at once would only burn the processor.
                Listener.Report(null, e);
                _slots?.Release();
                wait.Stop.WaitHandle.WaitOne(PauseMilliseconds);
            }
        }
    }
}
