using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using SocketTools;
using Xunit;

namespace SocketTools.Tests.Listeners;

/// <summary>The handler and line servers with workers in C#: what they owe to any host.</summary>
public sealed class HandlerTests
{
    [Fact]
    public void One_worker_serves_one_client_after_another()
    {
        using Handlers handlers = new(static work => work.Client.Send("x"u8, Within.Ten));
        using SocketListener listener = Serve(handlers, 16);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("x"u8.ToArray(), Ask(listener)); // to the end: the worker is free then, or as good as free
        }

        Assert.Equal((1, 20L), (handlers.Made, listener.Accepted));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_more_handlers_run_at_once_than_the_limit(int limit)
    {
        using CountdownEvent inside = new(limit);
        using ManualResetEventSlim leave = new();
        using Handlers handlers = new(work =>
        {
            inside.Signal();
            leave.Wait(TimeSpan.FromSeconds(10));
            work.Client.Send("x"u8, Within.Ten);
        });
        using SocketListener listener = Serve(handlers, limit);
        List<SocketChannel> clients = [.. Enumerable.Range(0, limit + 1).Select(_ => Connect(listener))];

        Assert.True(inside.Wait(TimeSpan.FromSeconds(10)));
        Assert.Equal((limit, (long)limit), (handlers.Made, listener.Accepted)); // the last one waits in the backlog
        inside.Reset(1);
        leave.Set();

        Assert.All(clients, static client => Assert.Equal("x"u8.ToArray(), client.ReceiveExactly(1, Within.Ten)));
        Assert.Equal(limit, handlers.Made);
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public void With_a_limit_on_connections_those_beyond_the_handlers_are_accepted_and_wait()
    {
        using ManualResetEventSlim leave = new();
        using Handlers handlers = new(work =>
        {
            leave.Wait(TimeSpan.FromSeconds(10));
            work.Client.Send("x"u8, Within.Ten);
        });
        using SocketListener listener = Serve(handlers, 1, new ListenerLimits { MaximumConnections = 2 });
        using SocketChannel first = Connect(listener);
        using SocketChannel second = Connect(listener);
        Within.TenSeconds(() => listener.Accepted == 2, "both are accepted");

        Assert.Equal(Errno.ECONNRESET, Assert.ThrowsAny<SocketCallException>(() => Ask(listener)).Errno);

        leave.Set();
        Assert.Equal("x"u8.ToArray(), first.ReceiveExactly(1, Within.Ten));
        Assert.Equal("x"u8.ToArray(), second.ReceiveExactly(1, Within.Ten));
        Assert.Equal(1L, listener.Refused);
    }

    [Fact]
    public void A_worker_that_cannot_start_is_told_and_its_clients_are_not_left_waiting()
    {
        using SocketListener listener = Listen();
        listener.Serve(new ConnectionHandlerServer(listener, 2, static () => new BrokenWorker()));

        using SocketChannel client = Connect(listener);

        Assert.Null(client.Receive(1, Within.Ten));
        Assert.Contains(listener.Errors, static e => e.Exception is InvalidOperationException);
    }

    [Fact]
    public void Stopping_drops_the_clients_that_wait_and_frees_the_port_at_once()
    {
        using ManualResetEventSlim inside = new();
        using Handlers handlers = new(work =>
        {
            inside.Set();
            work.Client.Receive(1, SocketWait.Forever);
        });
        SocketListener listener = Serve(handlers, 1, new ListenerLimits { MaximumConnections = 10 });
        using SocketChannel first = Connect(listener);
        using SocketChannel second = Connect(listener);
        Assert.True(inside.Wait(TimeSpan.FromSeconds(10)));
        Within.TenSeconds(() => listener.Accepted == 2, "both are accepted");

        long started = Environment.TickCount64;
        listener.Stop();

        Assert.InRange(Environment.TickCount64 - started, 0, 1000);
        Assert.Null(first.Receive(1, Within.Ten));
        Assert.Null(second.Receive(1, Within.Ten));
        using SocketListener next = SocketListener.Start(listener.Endpoint!, "/", 5, BindOptions.Default, Within.Ten);
    }

    [Fact]
    public void Lines_of_a_client_come_in_order_and_one_at_a_time()
    {
        ConcurrentDictionary<SocketChannel, int> inside = new();
        ConcurrentBag<string> overlaps = [];
        using Handlers handlers = new(work =>
        {
            if (work.Occasion != HandlerOccasion.Line)
            {
                return;
            }

            if (inside.AddOrUpdate(work.Client, 1, static (_, n) => n + 1) != 1)
            {
                overlaps.Add((string)work.Item!);
            }

            work.Client.Send(Encoding.UTF8.GetBytes((string)work.Item! + "!\n"), Within.Ten);
            inside.AddOrUpdate(work.Client, 0, static (_, n) => n - 1);
        });
        using SocketListener listener = Listen();
        listener.Serve(new LineServer(listener, 4, Encoding.UTF8, () => handlers.Make()));
        List<SocketChannel> clients = [.. Enumerable.Range(0, 20).Select(_ => Connect(listener))];

        foreach (SocketChannel client in clients)
        {
            client.Send(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(static i => $"line {i}\r\n"))), Within.Ten);
        }

        Assert.All(clients, static client => Assert.All(
            Enumerable.Range(0, 50),
            i => Assert.Equal($"line {i}!", client.ReceiveRecord("\n", line: true, Encoding.UTF8, 100, Within.Ten))));
        Assert.Empty(overlaps);
        clients.ForEach(static client => client.Dispose());
    }

    [Theory]
    [InlineData("end")]
    [InlineData("reset")]
    [InlineData("half line")]
    [InlineData("too long")]
    [InlineData("closed by the server")]
    public void A_line_client_that_goes_is_told_once(string how)
    {
        ConcurrentQueue<HandlerOccasion> seen = new();
        using Handlers handlers = new(work =>
        {
            seen.Enqueue(work.Occasion);
            if (work.Item as string == "close")
            {
                work.Client.Close();
            }
        });
        using SocketListener listener = Listen();
        listener.Limits = new ListenerLimits { MaximumLength = 100 };
        listener.Serve(new LineServer(listener, 4, Encoding.UTF8, () => handlers.Make()));
        using SocketChannel client = Connect(listener);
        string text = how switch { "half line" => "half", "too long" => new string('x', 200), "closed by the server" => "close\n", _ => "line\n" };
        client.Send(Encoding.UTF8.GetBytes(text), Within.Ten);
        Within.TenSeconds(() => !seen.IsEmpty && (how is "half line" or "too long" || seen.Contains(HandlerOccasion.Line)), "it was heard");

        if (how is "end" or "half line")
        {
            client.Dispose();
        }
        else if (how == "reset")
        {
            client.Close(reset: true);
        }

        Within.TenSeconds(() => seen.Contains(HandlerOccasion.Disconnect) && listener.Active == 0, "it is gone");
        Assert.Equal(1, seen.Count(static o => o == HandlerOccasion.Connect));
        Assert.Equal(1, seen.Count(static o => o == HandlerOccasion.Disconnect));
        Assert.Equal(how == "too long" ? 1 : 0, listener.Errors.Count);
    }

    private static SocketListener Listen() => SocketListener.Start(SocketEndpoint.Parse("tcp://:0"), "/", 100, BindOptions.Default, Within.Ten);

    private static SocketListener Serve(Handlers handlers, int limit, ListenerLimits? limits = null)
    {
        SocketListener listener = Listen();
        listener.Limits = limits ?? ListenerLimits.None;
        listener.Serve(new ConnectionHandlerServer(listener, limit, () => handlers.Make()));
        return listener;
    }

    private static SocketChannel Connect(SocketListener listener) => SocketConnector.Connect(listener.Endpoint!, "/", Within.Ten);

    private static byte[] Ask(SocketListener listener)
    {
        using SocketChannel client = Connect(listener);
        return client.ReceiveAll(10, Within.Ten)!;
    }

    /// <summary>Workers that run a delegate, and how many of them were made.</summary>
    private sealed class Handlers(Action<HandlerWork> handler) : IDisposable
    {
        private int _made;

        public int Made => Volatile.Read(ref _made);

        public IHandlerWorker Make()
        {
            Interlocked.Increment(ref _made);
            return new Worker(handler);
        }

        public void Dispose()
        {
        }
    }

    private sealed class Worker(Action<HandlerWork> handler) : IHandlerWorker
    {
        public void Run(HandlerPool pool)
        {
            while (pool.Take() is { } work)
            {
                bool failed = false;
                try
                {
                    handler(work);
                }
                catch (SocketCallException)
                {
                    failed = true;
                }

                pool.Complete(work, failed);
            }
        }

        public void Stop()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class BrokenWorker : IHandlerWorker
    {
        public void Run(HandlerPool pool) => throw new InvalidOperationException("no runspace");

        public void Stop()
        {
        }

        public void Dispose()
        {
        }
    }
}
