using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using SocketTools.Ipc;
using SocketTools.Ipc.Measuring;

namespace SocketTools;

/// <summary>
/// Measures how fast ways for processes to talk are: between this process and a second one, which is started with the first measurement and serves all.
/// Not safe from several threads.
/// </summary>
/// <remarks>
/// The timed part is a compiled loop around the bare calls of the C library, on both sides; each round trip has one look at the clock in it (about 25 ns).
/// Linux and macOS; the second process is handed descriptors, which Windows cannot.
/// </remarks>
public sealed class IpcMeter : IDisposable
{
    private const int MostRoundTrips = 20_000_000;

    private readonly Func<int, IReadOnlyList<string>> _commandLine;
    private readonly IpcMeasuringOptions _options;
    private MeasuringPeerProcess? _peer;

    /// <summary>Makes one; nothing is started yet.</summary>
    /// <param name="options">How long and how often.</param>
    /// <param name="commandLine">The program to start and its arguments: it must call <see cref="IpcMeasuringPeer.Run"/> with the number that this gets.</param>
    /// <exception cref="SocketCallException">EOPNOTSUPP on Windows. EINVAL: more round trips than are kept.</exception>
    public IpcMeter(IpcMeasuringOptions options, Func<int, IReadOnlyList<string>> commandLine)
    {
        IpcPlatform.NeedUnix("execve", null, "way to hand descriptors to a second process, by which this is measured");
        if ((long)options.Count * options.Repeats > MostRoundTrips)
        {
            throw new SocketCallException("measure", Errno.EINVAL, null, string.Create(CultureInfo.InvariantCulture, $"The time of each round trip is kept, {MostRoundTrips:N0} at most, not {(long)options.Count * options.Repeats:N0}"))
            {
                Advice = "Give a lower -Count or a lower -Repeat.",
            };
        }

        (_options, _commandLine) = (options, commandLine);
    }

    /// <summary>The second process; 0 while there is none.</summary>
    public int PeerProcessId => _peer?.Id ?? 0;

    /// <summary>Measures one mechanism at one size.</summary>
    /// <param name="mechanism">What to measure.</param>
    /// <param name="size">Bytes of a message; an eventfd always has 8.</param>
    /// <param name="wait">The time limit is the time without progress, for starting the second process too.</param>
    /// <param name="tick">Called about ten times a second, by the thread that called.</param>
    /// <exception cref="SocketCallException">
    /// EPIPE: the second process did not start, or died. EMSGSIZE: the mechanism has no messages of that size. EOPNOTSUPP: not on this system. ETIMEDOUT.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was stopped; the second process is gone.</exception>
    public IpcMeasurement Measure(IpcMechanism mechanism, int size, SocketWait wait, Action? tick = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        wait.Stop.ThrowIfCancellationRequested();
        MeasuringRun run = new(_options, mechanism, mechanism == IpcMechanism.EventFd ? sizeof(ulong) : size);
        try
        {
            bool started = _peer is null;
            _peer ??= MeasuringPeerProcess.Start(_commandLine);
            if (started)
            {
                wait.Trace?.Invoke(new("posix_spawn", $"{_peer.CommandLine}", _peer.Id, Errno.None));
            }

            run.Start(_peer.Control, awaitReady: started);
            Supervise(run, _peer, wait, tick);
            return run.Result!;
        }
        catch when (!run.PeerIsUntouched)
        {
            End(force: true); // What it was at nobody knows. The next measurement starts another.
            throw;
        }
        finally
        {
            run.Dispose();
        }
    }

    /// <summary>Ends the second process.</summary>
    public void Dispose() => End(force: true);

    /// <summary>Ends the second process as it ends by itself, which takes it some milliseconds.</summary>
    public void Close() => End(force: false);

    private static void Supervise(MeasuringRun run, MeasuringPeerProcess peer, SocketWait wait, Action? tick)
    {
        const int Look = 100;
        long progress = run.Progress;
        long since = Stopwatch.GetTimestamp();
        WaitHandle[] ends = [run.Ended, wait.Stop.WaitHandle];
        while (WaitHandle.WaitAny(ends, Look) == WaitHandle.WaitTimeout)
        {
            tick?.Invoke();
            if (progress != run.Progress)
            {
                (progress, since) = (run.Progress, Stopwatch.GetTimestamp());
            }

            // Ctrl+C reaches the second process too, and perhaps first.
            bool died = peer.HasExited;
            if (died && WaitHandle.WaitAny(ends, Look) == WaitHandle.WaitTimeout)
            {
                run.Interrupt();
                throw peer.Died(run.IsReady);
            }

            if (!died && wait.Timeout >= TimeSpan.Zero && Stopwatch.GetElapsedTime(since) >= wait.Timeout)
            {
                peer.End(force: true);
                run.Interrupt();
                throw new SocketCallException("read", wait.TimeoutErrno, run.Mechanism, $"The second process {(run.IsReady ? "did nothing" : "was not ready")} for {wait.Timeout.TotalSeconds:0.###} s");
            }
        }

        if (wait.Stop.IsCancellationRequested && !run.Ended.WaitOne(0))
        {
            peer.End(force: true);
            run.Interrupt();
        }

        wait.Stop.ThrowIfCancellationRequested();
        if (run.Error is { } error)
        {
            // This is how the loop sees the end of the process, each mechanism in its way, a moment before the system says it.
            throw error is SocketCallException { Errno: Errno.EPIPE or Errno.ECONNRESET or Errno.ECONNREFUSED } && WaitForExit(peer) ? peer.Died(run.IsReady) : error;
        }
    }

    private static bool WaitForExit(MeasuringPeerProcess peer)
    {
        const int Milliseconds = 500;
        return SpinWait.SpinUntil(() => peer.HasExited, Milliseconds);
    }

    private void End(bool force)
    {
        if (_peer is not { } peer)
        {
            return;
        }

        _peer = null;
        if (!force)
        {
            peer.RequestEnd();
        }

        peer.End(force);
        peer.Dispose();
    }
}
