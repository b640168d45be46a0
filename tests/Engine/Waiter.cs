using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace SocketTools.Tests;

/// <summary>An operation that waits on a thread of its own, to be ended from outside.</summary>
internal sealed partial class Waiter : IDisposable
{
    private readonly Thread _thread;
    private readonly CancellationTokenSource _stop = new();
    private volatile int _nativeId;
    private long _ended;

    private Waiter(Action<CancellationToken> operation)
    {
        _thread = new Thread(() =>
        {
            _nativeId = OperatingSystem.IsLinux() ? NativeThreadId() : -1;
            try
            {
                operation(_stop.Token);
            }
            catch (Exception e)
            {
                Error = e;
            }

            _ended = Stopwatch.GetTimestamp();
        })
        {
            IsBackground = true,
        };
        _thread.Start();
    }

    /// <summary>What ended it, or null.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Starts an operation and returns when it sleeps in its wait.</summary>
    public static Waiter Start(Action<CancellationToken> operation)
    {
        Waiter waiter = new(operation);
        int asleep = 0;
        Within.TenSeconds(
            () => waiter._thread.ThreadState == System.Threading.ThreadState.Stopped || (asleep = waiter.Sleeps() ? asleep + 1 : 0) == 3,
            "the operation waits");
        return waiter;
    }

    /// <summary>Fires the token and says how long the operation took to end.</summary>
    public TimeSpan Stop() => EndBy(_stop.Cancel);

    /// <summary>Does something that ends the operation, and says how long that took from there.</summary>
    public TimeSpan EndBy(Action end)
    {
        Assert.True(_thread.IsAlive, $"The operation ended before: {Error}");
        long started = Stopwatch.GetTimestamp();
        end();
        Join();
        return Stopwatch.GetElapsedTime(started, Volatile.Read(ref _ended));
    }

    /// <summary>Waits until the operation has ended by itself.</summary>
    public void Join() => Assert.True(_thread.Join(TimeSpan.FromSeconds(10)), "The operation did not end.");

    /// <summary>Waits until the operation has ended by itself, and throws what it threw.</summary>
    public void Finish()
    {
        Join();
        if (Error is not null)
        {
            ExceptionDispatchInfo.Throw(Error);
        }
    }

    /// <summary>Ends it, so that a test that failed leaves no thread behind.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        if (_thread.Join(TimeSpan.FromSeconds(10)))
        {
            _stop.Dispose();
        }
    }

    // The state is the first field behind the name in brackets (proc_pid_stat(5)).
    private bool Sleeps()
    {
        if (_nativeId <= 0)
        {
            return _nativeId != 0;
        }

        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{_nativeId}/stat"));
            return stat[stat.LastIndexOf(')') + 2] == 'S';
        }
        catch (IOException)
        {
            return true; // The thread has ended.
        }
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int NativeThreadId();
}
