using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Capture;

namespace SocketTools;

/// <summary>Serves every connection of a listener with a built-in service, on one thread: accept, receive and send as they become possible.</summary>
internal sealed class ServiceLoop : IListenerServer
{
    private const int ListenerKey = 0;
    private const int EventsAtOnce = 256;
    private const int PauseMilliseconds = 100;

    private readonly SocketListener _listener;
    private readonly StreamService _service;
    private readonly ReadinessSet _ready = ReadinessSet.Create();
    private readonly List<ServiceConnection?> _connections = [null]; // by key; the listener has the first
    private readonly Stack<int> _free = new();
    private readonly ConcurrentQueue<ServiceConnection> _closing = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(SocketChannel.DefaultReceiveSize, pinned: true);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private bool _accepting = true;
    private long _acceptAgain;

    public ServiceLoop(SocketListener listener, StreamService service)
    {
        _listener = listener;
        _service = service;
        _thread = new Thread(Run) { IsBackground = true, Name = $"SocketTools {listener}" };
    }

    /// <summary>The system's calls.</summary>
    public SystemCalls Calls { get; } = SystemCalls.Current;

    public void Start()
    {
        _listener.AcquireForLoop();
        _listener.Channel.Closing.UnsafeRegister(static state => ((ServiceLoop)state!).BeginStop(), this);
        _ready.Add(_listener.Channel.Handle, ListenerKey, PollEvents.Read);
        _thread.Start();
    }

    public void BeginStop()
    {
        _stopping = true;
        _ready.Wake();
    }

    public void EndStop()
    {
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join(TimeSpan.FromMilliseconds(800));
        }
    }

    private void Run()
    {
        Readiness[] ready = new Readiness[EventsAtOnce];
        try
        {
            while (!_stopping)
            {
                int count = _ready.Wait(ready, _accepting ? -1 : (int)Math.Max(0, _acceptAgain - Environment.TickCount64));
                for (int i = 0; i < count; i++)
                {
                    Serve(ready[i]);
                }

                Resume();
                ReleaseClosing();
            }
        }
        catch (Exception e)
        {
            _listener.Report(null, e);
        }
        finally
        {
            _listener.Channel.Release(); // Whoever closes the listener waits for this; the port is free before the connections end.
            foreach (ServiceConnection? connection in _connections.ToArray())
            {
                if (connection is not null)
                {
                    Close(connection);
                }
            }

            _ready.Dispose();
        }
    }

    private void Serve(Readiness readiness)
    {
        if (readiness.Key == ListenerKey)
        {
            AcceptAll();
        }
        else if (readiness.Key != ReadinessSet.WakeKey && _connections[readiness.Key] is { } connection)
        {
            Serve(connection, readiness.Events);
        }
    }

    private void Serve(ServiceConnection connection, PollEvents events)
    {
        bool waited = !connection.IsDrained;
        if (!connection.Flush())
        {
            return;
        }

        if (waited && connection.IsDrained)
        {
            _service.Drained(connection);
        }

        if ((events & PollEvents.Read) != 0 && connection.IsDrained)
        {
            Receive(connection);
        }

        Settle(connection, waited);
    }

    // One read for each time the kernel says that there is something: the other connections wait no longer than that.
    private void Receive(ServiceConnection connection)
    {
        int count = Calls.Receive(connection.Channel.Handle, _buffer, MessageFlags.None, null);
        if (count == -(int)Errno.EWOULDBLOCK)
        {
            return;
        }

        if (connection.Channel.Recorder is { } recorder)
        {
            Record(recorder, count);
        }

        if (count <= 0)
        {
            connection.CloseWhenSent();
            return;
        }

        connection.Channel.CountReceived(count);
        _service.Received(connection, _buffer.AsSpan(0, count));
    }

    private void Record(ChannelRecorder recorder, int count)
    {
        if (count < 0)
        {
            recorder.Failed((Errno)(-count));
        }
        else
        {
            recorder.Moved(outgoing: false, _buffer.AsSpan(0, count));
        }
    }

    // After a step: close it, or watch for what it waits for now.
    private void Settle(ServiceConnection connection, bool watchesWrite)
    {
        if (connection.IsBroken || (connection.IsEnding && connection.Flush()))
        {
            Close(connection);
            return;
        }

        bool write = !connection.IsDrained;
        if (write != watchesWrite)
        {
            _ready.Change(connection.Channel.Handle, connection.Key, write ? PollEvents.Write : PollEvents.Read);
        }
    }

    private void AcceptAll()
    {
        try
        {
            while (!_stopping && _listener.TryAccept() is { } channel)
            {
                Open(channel);
            }
        }
        catch (SocketCallException e)
        {
            // Out of descriptors: the client waits in the backlog, and the kernel would tell of it again at once.
            _listener.Report(null, e);
            _ready.Change(_listener.Channel.Handle, ListenerKey, PollEvents.None);
            _accepting = false;
            _acceptAgain = Environment.TickCount64 + PauseMilliseconds;
        }
    }

    private void Resume()
    {
        if (!_accepting && !_stopping && Environment.TickCount64 >= _acceptAgain)
        {
            _accepting = true;
            _ready.Change(_listener.Channel.Handle, ListenerKey, PollEvents.Read);
        }
    }

    private void Open(SocketChannel channel)
    {
        if (!channel.TryAcquire())
        {
            return; // Somebody who saw it come, by the event or among the open sockets, has it already; it is his then.
        }

        int key = _free.TryPop(out int free) ? free : _connections.Count;
        ServiceConnection connection = new(this, channel, key);
        if (key == _connections.Count)
        {
            _connections.Add(connection);
        }
        else
        {
            _connections[key] = connection;
        }

        connection.OnClosing = channel.Closing.UnsafeRegister(
            static state =>
            {
                (ServiceLoop loop, ServiceConnection closing) = ((ServiceLoop, ServiceConnection))state!;
                loop._closing.Enqueue(closing);
                loop._ready.Wake();
            },
            (this, connection));
        try
        {
            _ready.Add(channel.Handle, key, PollEvents.Read);
            _service.Opened(connection);
            Settle(connection, watchesWrite: false);
        }
        catch
        {
            Close(connection);
            throw;
        }
    }

    private void Close(ServiceConnection connection)
    {
        // The registration first: our own close must not come back here by the queue.
        connection.OnClosing.Dispose();
        if (Forget(connection))
        {
            connection.Channel.Dispose();
        }
    }

    // Somebody else closes these and waits for their turns.
    private void ReleaseClosing()
    {
        while (_closing.TryDequeue(out ServiceConnection? connection))
        {
            Forget(connection);
        }
    }

    private bool Forget(ServiceConnection connection)
    {
        if (_connections[connection.Key] != connection)
        {
            return false;
        }

        _connections[connection.Key] = null;
        _free.Push(connection.Key);
        connection.Drop();
        _ready.Remove(connection.Channel.Handle, connection.Key);
        connection.Channel.Release();
        return true;
    }
}
