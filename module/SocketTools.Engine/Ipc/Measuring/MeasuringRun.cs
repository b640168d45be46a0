using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace SocketTools.Ipc.Measuring;

/// <summary>One mechanism at one size: on a thread of its own, because its calls block and only the end of the second process lets go of them.</summary>
internal sealed class MeasuringRun : IDisposable
{
    private const int MostSamples = 200_000; // of a repeat that ends by time
    private const double BlockSeconds = 0.008;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(15);

    private readonly IpcMeasuringOptions _options;
    private readonly int _size;
    private readonly ManualResetEvent _ended = new(false);
    private readonly object _gate = new();
    private MeasuringControl _control = null!;
    private MeasuredEnd? _end;
    private Thread? _thread;
    private long _steps;
    private bool _interrupted;
    private bool _told;

    public MeasuringRun(IpcMeasuringOptions options, IpcMechanism mechanism, int size) => (_options, Mechanism, _size) = (options, mechanism, size);

    public IpcMechanism Mechanism { get; }

    public WaitHandle Ended => _ended;

    /// <summary>A number that changes as long as something happens.</summary>
    public long Progress => Interlocked.Read(ref _steps) + (_end?.Done ?? 0);

    /// <summary>Whether the second process has said that it is there.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Whether the second process is there and was told nothing yet: what the mechanism has no size for ends before that. When the thread has ended.</summary>
    public bool PeerIsUntouched => IsReady && !_told && !_interrupted;

    public IpcMeasurement? Result { get; private set; }

    public Exception? Error { get; private set; }

    public void Start(MeasuringControl control, bool awaitReady)
    {
        _control = control;
        IsReady = !awaitReady;
        _thread = new Thread(Run) { IsBackground = true, Name = "IpcMeter" };
        _thread.Start();
    }

    /// <summary>Ends the thread; the second process is gone.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            _interrupted = true;
        }

        // What the thread waits for may be the next call already when this one was let go of.
        do
        {
            _control.Shutdown();
            lock (_gate)
            {
                _end?.Interrupt();
            }
        }
        while (!_ended.WaitOne(1));
    }

    public void Dispose()
    {
        if (_thread is not null && !_ended.WaitOne(0))
        {
            Interrupt();
        }

        _thread?.Join();
        _ended.Dispose();
    }

    private void Run()
    {
        try
        {
            if (!IsReady)
            {
                _control.Receive([], out _);
                IsReady = true;
            }

            Result = Measure();
        }
        catch (Exception e)
        {
            Error = e;
        }
        finally
        {
            lock (_gate)
            {
                _end?.Dispose();
                _end = null;
            }

            _ended.Set();
        }
    }

    private IpcMeasurement Measure()
    {
        List<int> allowed = ProcessorChoice.Allowed();
        List<int> processors = _options.Pin ? ProcessorChoice.FindTwo() : [];
        bool pinned = processors.Count == 2;
        if (pinned)
        {
            ProcessorChoice.Stay(processors[0], allowed); // The thread ends with this.
        }

        Open(pinned ? processors[1] : -1);
        (int trips, int messages) = WarmUp();
        TimeSpan part = _options.Count > 0 ? TimeSpan.Zero : _options.Duration / 2 / _options.Repeats;
        List<double> medians = [];
        List<double> rates = [];
        List<long> all = [];
        long sent = 0;
        for (int i = 0; i < _options.Repeats; i++)
        {
            medians.Add(RepeatPingPong(trips, part, all));
            rates.Add(RepeatStream(messages, part, ref sent));
        }

        long[] ticks = [.. all];
        Array.Sort(ticks);
        return new IpcMeasurement(
            Mechanism,
            _size,
            Samples.Microseconds(ticks[0]),
            Samples.Microseconds(Samples.Quantile(ticks, 0.5)),
            Samples.Microseconds(Samples.Quantile(ticks, 0.99)),
            Samples.Median(rates),
            Samples.Spread(medians),
            Samples.Spread(rates),
            _options.Repeats,
            ticks.Length,
            sent,
            pinned,
            allowed.Count > 0 ? allowed.Count : Environment.ProcessorCount);
    }

    private void Open(int processor)
    {
        (int[] here, int[] there) = MeasuredPair.Create(Mechanism, _size);
        try
        {
            MeasuredEnd end = MeasuredEnd.Open(Mechanism, _size, first: true, here);
            lock (_gate)
            {
                _end = end;
                if (_interrupted)
                {
                    end.Interrupt();
                }
            }

            Tell(new MeasuringOrder { Action = MeasuringAction.Open, Mechanism = Mechanism, Size = _size, Number = processor }, there);
        }
        finally
        {
            MeasuredPair.Close(there);
        }
    }

    // Block after block until the time is over, however long a trip takes by then: the system may move the processes from one processor to two, and make of 5 us 50.
    private double RepeatPingPong(int count, TimeSpan time, List<long> all)
    {
        int before = all.Count;
        long[] block = new long[count];
        long started = Stopwatch.GetTimestamp();
        do
        {
            PingPong(block);
            all.AddRange(block);
        }
        while (Stopwatch.GetElapsedTime(started) < time && all.Count - before < MostSamples);
        Span<long> mine = CollectionsMarshal.AsSpan(all)[before..];
        mine.Sort();
        return Samples.Quantile(mine, 0.5);
    }

    // Bytes in a second.
    private double RepeatStream(int count, TimeSpan time, ref long sent)
    {
        long messages = 0;
        double seconds = 0;
        long started = Stopwatch.GetTimestamp();
        do
        {
            seconds += Stream(count).TotalSeconds;
            messages += count;
        }
        while (Stopwatch.GetElapsedTime(started) < time);
        sent += messages;
        return messages * (double)_size / seconds;
    }

    // Until both are compiled and in the caches, and it is known how many make a block.
    private (int Trips, int Messages) WarmUp()
    {
        Begin(MeasuringAction.Echo, 1);
        _end!.Check();
        Finish();
        if (_options.Count > 0)
        {
            int few = Math.Min(_options.Count, 1000);
            PingPong(new long[few]);
            Stream(few);
            return (_options.Count, _options.Count);
        }

        double trip = Estimate(static (run, count) => run.PingPong(new long[count]));
        double message = Estimate(static (run, count) => run.Stream(count));
        return ((int)Math.Clamp(BlockSeconds / trip, 16, MostSamples), (int)Math.Clamp(BlockSeconds / message, 16, 1e8));
    }

    // Ever more of them, until that takes long enough to be believed: the seconds of one.
    private double Estimate(Func<MeasuringRun, int, TimeSpan> measure)
    {
        const int Most = 1 << 20;
        long started = Stopwatch.GetTimestamp();
        for (int count = 16; ; count = Math.Min(count * 4, Most))
        {
            TimeSpan time = measure(this, count);
            if (Stopwatch.GetElapsedTime(started) >= s_warmUp)
            {
                return Math.Max(time.TotalSeconds / count, 1e-9);
            }
        }
    }

    private TimeSpan PingPong(Span<long> ticks)
    {
        Begin(MeasuringAction.Echo, ticks.Length);
        long started = Stopwatch.GetTimestamp();
        _end!.PingPong(ticks);
        TimeSpan time = Stopwatch.GetElapsedTime(started);
        Finish();
        return time;
    }

    private TimeSpan Stream(long count)
    {
        Begin(MeasuringAction.Consume, count);
        long started = Stopwatch.GetTimestamp();
        _end!.Produce(count);
        TimeSpan time = Stopwatch.GetElapsedTime(started);
        Finish();
        return time;
    }

    // The other side is told, and says when it begins and when it is through.
    private void Begin(MeasuringAction action, long count) => Tell(new MeasuringOrder { Action = action, Count = count });

    private void Tell(in MeasuringOrder order, params ReadOnlySpan<int> descriptors)
    {
        _told = true;
        _control.Send(order, descriptors);
        Finish();
    }

    private void Finish()
    {
        MeasuringOrder answer = _control.Receive([], out _);
        Interlocked.Increment(ref _steps);
        if (answer.Number != 0)
        {
            throw new SocketCallException(answer.Action == MeasuringAction.Open ? "mmap" : "read", (Errno)answer.Number, Mechanism, $"The second process could not go on: {ErrnoTable.Get((Errno)answer.Number).Meaning}");
        }
    }
}
