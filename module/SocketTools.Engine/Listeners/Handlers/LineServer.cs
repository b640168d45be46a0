using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using SocketTools.Calls;

namespace SocketTools;

/// <summary>
/// Gives each line of each client to a handler: those of one client one after another, those of several clients at once. A client that says
/// nothing takes no worker.
/// </summary>
/// <remarks>
/// One thread watches all connections. While a handler has a client, its socket is not watched: so the handler may receive from it, and a client
/// that sends faster than it is served is held back by TCP.
/// </remarks>
internal sealed class LineServer : IListenerServer
{
    private const int ListenerKey = 0;
    private const int PauseMilliseconds = 100;

    private readonly SocketListener _listener;
    private readonly HandlerPool _pool;
    private readonly Encoding _encoding;
    private readonly ReadinessSet _ready = ReadinessSet.Create();
    private readonly ConcurrentDictionary<int, SocketChannel> _watched = new();
    private readonly ConcurrentDictionary<SocketChannel, int> _keys = new();
    private readonly ConcurrentDictionary<SocketChannel, byte> _present = new(); // those whose going was not yet handed out
    private readonly bool _tellsDisconnect;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private bool _accepting = true;
    private long _acceptAgain;
    private int _lastKey;

    public LineServer(SocketListener listener, int throttleLimit, Encoding encoding, Func<IHandlerWorker> makeWorker, bool tellsDisconnect = false)
    {
        _tellsDisconnect = tellsDisconnect;
        _listener = listener;
        _encoding = encoding;
        _pool = new HandlerPool(listener, throttleLimit, makeWorker);
        _thread = new Thread(Run) { IsBackground = true, Name = $"SocketTools {listener} lines" };
    }

    public void Start()
    {
        _listener.AcquireForLoop();
        _pool.Warm();
        _listener.Channel.Closing.UnsafeRegister(static state => ((LineServer)state!).Wake(), this);
        _ready.Add(_listener.Channel.Handle, ListenerKey, PollEvents.Read);
        _thread.Start();
    }

    public void BeginStop()
    {
        Wake();
        if (_tellsDisconnect)
        {
            TellDisconnect();
        }

        _pool.BeginStop();
    }

    public void EndStop()
    {
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(TimeSpan.FromMilliseconds(100));
        }

        _pool.EndStop(TimeSpan.FromMilliseconds(300));
        _ready.Dispose();
    }

    // The clients are still there, and the handler may say goodbye; but stopping takes no longer than it may.
    private void TellDisconnect()
    {
        List<HandlerWork> works = [];
        CountdownEvent left = new(1);
        foreach (SocketChannel channel in _present.Keys)
        {
            if (_present.TryRemove(channel, out _))
            {
                left.AddCount();
                works.Add(new HandlerWork(channel, HandlerOccasion.Disconnect, null, (work, _) =>
                {
                    work.Client.Dispose();
                    left.Signal();
                }));
            }
        }

        if (works.Count > 0)
        {
            _pool.AddLast(works);
            left.Signal();
            left.Wait(TimeSpan.FromMilliseconds(400));
        }
    }

    private void Wake()
    {
        _stopping = true;
        _ready.Wake();
    }

    private void Run()
    {
        Readiness[] ready = new Readiness[256];
        try
        {
            while (!_stopping)
            {
                int count = _ready.Wait(ready, _accepting ? -1 : (int)Math.Max(0, _acceptAgain - Environment.TickCount64));
                for (int i = 0; i < count; i++)
                {
                    if (ready[i].Key == ListenerKey)
                    {
                        AcceptAll();
                    }
                    else if (_watched.TryRemove(ready[i].Key, out SocketChannel? channel))
                    {
                        Next(channel);
                    }
                }

                if (!_accepting && !_stopping && Environment.TickCount64 >= _acceptAgain)
                {
                    _accepting = true;
                    _ready.Change(_listener.Channel.Handle, ListenerKey, PollEvents.Read);
                }
            }
        }
        catch (Exception e)
        {
            _listener.Report(null, e);
        }
        finally
        {
            _listener.Channel.Release();
        }
    }

    private void AcceptAll()
    {
        try
        {
            while (!_stopping && _listener.TryAccept() is { } channel)
            {
                _present[channel] = 0;
                channel.Closed += Forget;
                Hand(channel, HandlerOccasion.Connect, null);
            }
        }
        catch (SocketCallException e)
        {
            _listener.Report(null, e);
            _ready.Change(_listener.Channel.Handle, ListenerKey, PollEvents.None);
            _accepting = false;
            _acceptAgain = Environment.TickCount64 + PauseMilliseconds;
        }
    }

    // Hands out the next line that is there; without one watches again; at the end says so.
    private void Next(SocketChannel channel)
    {
        try
        {
            string? line = channel.ReceiveRecord("\n", line: true, _encoding, channel.MaximumLength, SocketWait.Never);
            Hand(channel, line is null ? HandlerOccasion.Disconnect : HandlerOccasion.Line, line);
        }
        catch (SocketCallException e) when (e.Errno == Errno.EWOULDBLOCK)
        {
            Watch(channel);
        }
        catch (SocketCallException e)
        {
            // A reset or an idle client is how clients go; a line without an end is worth telling.
            if (e.Errno is Errno.EMSGSIZE or Errno.EILSEQ)
            {
                _listener.Report(channel, e);
            }

            Hand(channel, HandlerOccasion.Disconnect, null);
        }
    }

    private void Hand(SocketChannel channel, HandlerOccasion occasion, string? line)
    {
        if (occasion != HandlerOccasion.Disconnect || _present.TryRemove(channel, out _))
        {
            _pool.Add(new HandlerWork(channel, occasion, line, Done));
        }
    }

    private void Done(HandlerWork work, bool failed)
    {
        if (work.Occasion == HandlerOccasion.Disconnect)
        {
            work.Client.Dispose();
        }
        else if (failed || !work.Client.IsOpen)
        {
            Hand(work.Client, HandlerOccasion.Disconnect, null);
        }
        else
        {
            Next(work.Client);
        }
    }

    private void Watch(SocketChannel channel)
    {
        try
        {
            if (_keys.TryGetValue(channel, out int key))
            {
                _watched[key] = channel;
                _ready.Change(channel.Handle, key, PollEvents.Read, once: true);
            }
            else
            {
                key = Interlocked.Increment(ref _lastKey);
                _keys[channel] = key;
                _watched[key] = channel;
                _ready.Add(channel.Handle, key, PollEvents.Read, once: true);
            }
        }
        catch (Exception e) when (e is SocketCallException or ObjectDisposedException)
        {
            // It was closed in between.
            Lost(channel);
        }

        // Closed before it was watched: nobody would tell of it any more.
        if (!channel.IsOpen)
        {
            Lost(channel);
        }
    }

    // Closed by somebody else while it was watched: its client is gone all the same.
    private void Forget(SocketChannel channel) => Lost(channel);

    private void Lost(SocketChannel channel)
    {
        if (_keys.TryRemove(channel, out int key) && _watched.TryRemove(key, out _) && !_stopping)
        {
            Hand(channel, HandlerOccasion.Disconnect, null);
        }
    }
}
