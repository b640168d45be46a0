using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using SocketTools;
using SocketTools.Ipc.Measuring;
using Xunit;

namespace SocketTools.Tests.Ipc;

public sealed class IpcMeterTests
{
    private static readonly IpcMeasuringOptions s_few = new() { Count = 50, Repeats = 2 };
    private static readonly IpcMeasuringOptions s_endless = new() { Duration = TimeSpan.FromMinutes(5) };

    public static TheoryData<IpcMechanism> Mechanisms => new(Enum.GetValues<IpcMechanism>());

    public IpcMeterTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "what is measured here is all on Linux");

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void MeasuresEveryMechanismWithOneSecondProcess(int size)
    {
        using IpcMeter meter = Meter(s_few);
        HashSet<int> peers = [];
        foreach (IpcMechanism mechanism in Enum.GetValues<IpcMechanism>())
        {
            IpcMeasurement measured = meter.Measure(mechanism, size, Within.Ten);
            peers.Add(meter.PeerProcessId);
            Assert.Equal((mechanism, mechanism == IpcMechanism.EventFd ? 8 : size), (measured.Mechanism, measured.MessageSize));
            Assert.Equal((100, 100, 2), (measured.RoundTrips, measured.Messages, measured.Repeats));
            Assert.InRange(measured.MinimumLatencyMicroseconds, 0.01, measured.MedianLatencyMicroseconds);
            Assert.InRange(measured.P99LatencyMicroseconds, measured.MedianLatencyMicroseconds, 10e6);
            Assert.InRange(measured.ThroughputBytesPerSecond, 1, 1e12);
            Assert.Equal(measured.ThroughputBytesPerSecond / measured.MessageSize, measured.MessagesPerSecond);
            Assert.False(measured.Pinned);
            Assert.InRange(measured.ProcessorCount, 1, 10000);
        }

        int peer = Assert.Single(peers);
        meter.Close();
        Assert.False(Exists(peer));
    }

    [Theory]
    [InlineData(IpcMechanism.Pipe, 100_000)]
    [InlineData(IpcMechanism.Fifo, 65_537)]
    [InlineData(IpcMechanism.Unix, 1_000_000)]
    [InlineData(IpcMechanism.Tcp, 3_000_000)]
    [InlineData(IpcMechanism.Udp, 65_507)]
    [InlineData(IpcMechanism.Udp, 20_000)]
    [InlineData(IpcMechanism.UnixDatagram, 100_000)]
    [InlineData(IpcMechanism.SharedMemory, 1_000_001)]
    public void MessagesMayBeLargerThanWhatIsUnderWayAtOnce(IpcMechanism mechanism, int size)
    {
        using IpcMeter meter = Meter(s_few with { Count = 20 });
        Assert.Equal(size, meter.Measure(mechanism, size, Within.Ten).MessageSize);
    }

    [Theory]
    [InlineData(IpcMechanism.Udp, 65_508)]
    [InlineData(IpcMechanism.UnixDatagram, 100_000_000)]
    [InlineData(IpcMechanism.MessageQueue, 17_000_000)]
    public void ASizeThatThereIsNotIsEmsgsizeAndTheNextMechanismIsMeasured(IpcMechanism mechanism, int size)
    {
        using IpcMeter meter = Meter(s_few);
        SocketCallException error = Fails.With(Errno.EMSGSIZE, () => meter.Measure(mechanism, size, Within.Ten));
        Assert.Equal(mechanism, error.Target);
        int peer = meter.PeerProcessId;
        Assert.NotEqual(0, peer); // It was told nothing yet, and to start another takes longer than to measure.
        Assert.Equal(64, meter.Measure(IpcMechanism.Pipe, 64, Within.Ten).MessageSize);
        Assert.Equal(peer, meter.PeerProcessId);
    }

    [Fact]
    public void TheTimeIsWhatIsAskedFor()
    {
        using IpcMeter meter = Meter(new IpcMeasuringOptions { Duration = TimeSpan.FromSeconds(0.4), Repeats = 4 });
        _ = meter.Measure(IpcMechanism.Pipe, 8, Within.Ten);
        Stopwatch clock = Stopwatch.StartNew();
        IpcMeasurement measured = meter.Measure(IpcMechanism.Pipe, 8, Within.Ten);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(3));
        Assert.InRange(measured.RoundTrips, 4 * 16, long.MaxValue);
        Assert.Equal(4, measured.Repeats);
    }

    [Fact]
    public void PinnedIsSaidAndIsSo()
    {
        using IpcMeter meter = Meter(s_few with { Pin = true });
        int processors = ProcessorChoice.Allowed().Count;
        IpcMeasurement measured = meter.Measure(IpcMechanism.Pipe, 8, Within.Ten);
        Assert.Equal(processors > 1, measured.Pinned);
        Assert.Equal(processors, measured.ProcessorCount);
        string allowed = File.ReadLines($"/proc/{meter.PeerProcessId}/status").Single(static l => l.StartsWith("Cpus_allowed_list", StringComparison.Ordinal));
        Assert.Equal(processors > 1 ? $"{ProcessorChoice.FindTwo()[1]}" : allowed.Split('\t')[1], allowed.Split('\t')[1]);
        Assert.Equal(processors, ProcessorChoice.Allowed().Count); // This thread is free.
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void AStopEndsItPromptlyWithTheSecondProcess(IpcMechanism mechanism)
    {
        Promptly.Ends(() =>
        {
            using IpcMeter meter = Meter(s_endless);
            int peer = 0;
            using Waiter waiter = Waiter.Start(stop => meter.Measure(mechanism, 64, SocketWait.Forever with { Stop = stop }, () => peer = meter.PeerProcessId));
            Within.TenSeconds(() => peer != 0, "it measures");
            TimeSpan time = waiter.Stop();
            Assert.IsAssignableFrom<OperationCanceledException>(waiter.Error);
            Assert.False(Exists(peer));
            return time;
        });
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void ASecondProcessThatIsKilledIsOneClearErrorAndTheNextMeasurementHasAnother(IpcMechanism mechanism)
    {
        using IpcMeter meter = Meter(s_endless);
        int ticks = 0;
        SocketCallException error = Fails.With(Errno.EPIPE, () => meter.Measure(mechanism, 64, Within.Ten, () =>
        {
            if (++ticks == 3)
            {
                Kill(meter.PeerProcessId, "KILL");
            }
        }));
        Assert.Contains("ended with exit code 137", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, meter.PeerProcessId);
    }

    [Theory]
    [InlineData(IpcMechanism.Udp)]
    [InlineData(IpcMechanism.MessageQueue)]
    [InlineData(IpcMechanism.SharedMemory)]
    [InlineData(IpcMechanism.Tcp)]
    public void ASecondProcessThatStandsStillIsEtimedoutAndIsEnded(IpcMechanism mechanism)
    {
        using IpcMeter meter = Meter(s_endless);
        int ticks = 0;
        int peer = 0;
        SocketCallException error = Fails.With(Errno.ETIMEDOUT, () => meter.Measure(mechanism, 64, SocketWait.Seconds(0.6), () =>
        {
            if (++ticks == 5)
            {
                peer = meter.PeerProcessId;
                Kill(peer, "STOP");
            }
        }));
        // On a machine that is busy it may have been stopped before it was ready.
        Assert.Matches("(did nothing|was not ready) for 0.6 s", error.Message);
        Assert.False(Exists(peer));
    }

    [Fact]
    public void AProgramThatIsNotThereIsEnoent()
    {
        using IpcMeter meter = new(s_few, static _ => ["/nonexistent/pwsh", "x"]);
        Assert.Equal("/nonexistent/pwsh", Fails.With(Errno.ENOENT, () => meter.Measure(IpcMechanism.Pipe, 8, Within.Ten)).Target);
    }

    [Fact]
    public void AProgramThatEndsAtOnceIsEpipeWithWhatItSaid()
    {
        using IpcMeter meter = new(s_few, static _ => ["/bin/sh", "-c", "echo no such module >&2; exit 3"]);
        SocketCallException error = Fails.With(Errno.EPIPE, () => meter.Measure(IpcMechanism.Pipe, 8, Within.Ten));
        Assert.Contains("ended with exit code 3 before it was ready", error.Message, StringComparison.Ordinal);
        Assert.Contains("no such module", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProgramThatIsNeverReadyIsEtimedoutAndAStopEndsTheWait()
    {
        using IpcMeter meter = new(s_few, static _ => ["/bin/sleep", "60"]);
        int peer = 0;
        SocketCallException error = Fails.With(Errno.ETIMEDOUT, () => meter.Measure(IpcMechanism.Pipe, 8, SocketWait.Seconds(0.4), () => peer = meter.PeerProcessId));
        Assert.Contains("was not ready for 0.4 s", error.Message, StringComparison.Ordinal);
        Assert.False(Exists(peer));
        Promptly.Ends(() =>
        {
            using Waiter waiter = Waiter.Start(stop => meter.Measure(IpcMechanism.Pipe, 8, SocketWait.Forever with { Stop = stop }, () => peer = meter.PeerProcessId));
            TimeSpan time = waiter.Stop();
            Assert.False(Exists(peer));
            return time;
        });
    }

    [Theory]
    [InlineData(IpcMechanism.EventFd)]
    [InlineData(IpcMechanism.SharedMemory)]
    public void TheSecondProcessEndsWithTheFirst(IpcMechanism mechanism)
    {
        using Process first = ChildProcess.Start(ChildProcess.Measures, mechanism.ToString());
        int peer = int.Parse(first.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Assert.True(Exists(peer));
        first.Kill();
        Within.TenSeconds(() => !Exists(peer), "the second process has ended too");
    }

    [Fact]
    public void NothingWithANameIsLeft()
    {
        string[] before = Names();
        using (IpcMeter meter = Meter(s_few))
        {
            foreach (IpcMechanism mechanism in Enum.GetValues<IpcMechanism>())
            {
                _ = meter.Measure(mechanism, 16, Within.Ten);
            }
        }

        Assert.DoesNotContain(Names().Except(before), static n => n.Contains("sockettools", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.99, 5)]
    [InlineData(0, 1)]
    [InlineData(1, 5)]
    [InlineData(0.2, 1)]
    [InlineData(0.21, 2)]
    public void QuantilesAreOfTheSamples(double part, long expected) => Assert.Equal(expected, Samples.Quantile([1, 2, 3, 4, 5], part));

    [Fact]
    public void MedianAndSpread()
    {
        Assert.Equal(2, Samples.Median([3, 1, 2]));
        Assert.Equal(2.5, Samples.Median([4, 1, 2, 3]));
        Assert.Equal(0.5, Samples.Spread([8, 10, 13]));
        Assert.Equal(0, Samples.Spread([7]));
    }

    private static IpcMeter Meter(IpcMeasuringOptions options) =>
        new(options, static n => ChildProcess.CommandLine(ChildProcess.Measured, n.ToString(CultureInfo.InvariantCulture)));

    private static bool Exists(int process) => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"));

    private static void Kill(int process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static string[] Names() => [.. new[] { "/dev/shm", "/dev/mqueue", Path.GetTempPath() }.Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries)];
}
