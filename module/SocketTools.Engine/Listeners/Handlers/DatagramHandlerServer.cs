using System;
using System.Threading;

namespace SocketTools;

/// <summary>Gives each datagram to a handler. It takes no more of them than there can be handlers at once; the others wait in the socket's receive buffer, and the kernel drops what does not fit there.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing, and handlers give their places back after the stop.
internal sealed class DatagramHandlerServer : IListenerServer
#pragma warning restore CA1001
{
    private const int PauseMilliseconds = 100;

    private readonly SocketListener _listener;
    private readonly HandlerPool _pool;
    private readonly SemaphoreSlim _slots;
    private readonly Thread _thread;

    public DatagramHandlerServer(SocketListener listener, int throttleLimit, Func<IHandlerWorker> makeWorker)
    {
        _listener = listener;
        _pool = new HandlerPool(listener, throttleLimit, makeWorker);
        _slots = new SemaphoreSlim(throttleLimit);
        _thread = new Thread(Receive) { IsBackground = true, Name = $"SocketTools {listener} receive" };
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

    private void Receive()
    {
        SocketChannel channel = _listener.Channel;
        SocketWait wait = new(Timeout.InfiniteTimeSpan, channel.Closing);
        while (true)
        {
            try
            {
                _slots.Wait(wait.Stop);
                _pool.Add(new HandlerWork(channel, HandlerOccasion.Datagram, Next(channel, wait), Done));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketCallException e)
            {
                _slots.Release();
                if (!channel.IsOpen)
                {
                    return;
                }

                // On a connected socket: one that it sent found nobody. The next ones may.
                _listener.Report(null, e);
                wait.Stop.WaitHandle.WaitOne(PauseMilliseconds);
            }
        }
    }

    private SocketDatagram Next(SocketChannel channel, SocketWait wait)
    {
        while (true)
        {
            SocketDatagram datagram = channel.ReceiveDatagram(_listener.Limits.MaximumDatagram, TextFraming.Utf8, wait)!;
            if (_listener.Admit(datagram.RemoteEndPoint))
            {
                return datagram;
            }
        }
    }

    private void Done(HandlerWork work, bool failed) => _slots.Release();
}
