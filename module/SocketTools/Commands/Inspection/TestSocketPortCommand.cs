using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using System.Net;
using SocketTools.Completion;
using SocketTools.Errors;

namespace SocketTools.Commands;

/// <summary>Probes ports (nc -z): what listens, and how fast it answers.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SocketPort")]
[OutputType(typeof(SocketPortProbe), typeof(bool))]
public sealed class TestSocketPortCommand : SocketCommand
{
    private const double AttemptSeconds = 3;
    private const double WaitSeconds = 30;
    private const double LeastSeconds = 0.001;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly List<PortTarget> _targets = [];
    private readonly Stopwatch _sinceProgress = Stopwatch.StartNew();
    private bool _allOpen = true;
    private bool _progress;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public new EndpointArgument[] Target { get; set; } = [];

    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(PortCompleter))]
    public string[] Port { get; set; } = [];

    /// <summary>For one address of one port; with -Wait for all together.</summary>
    [Parameter]
    [ValidateRange(-1, double.MaxValue)]
    public double TimeoutSeconds { get; set; } = AttemptSeconds;

    [Parameter]
    [ValidateRange(1, 4096)]
    public int ThrottleLimit { get; set; } = 256;

    [Parameter]
    public new SwitchParameter Wait { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void Process()
    {
        foreach (EndpointArgument target in Target)
        {
            base.Target = target.Value;
            int before = _targets.Count;
            Guard(() => _targets.AddRange(PortTarget.Find(target, Port, Location, base.Wait(WaitSeconds))));
            _allOpen &= _targets.Count > before;
        }
    }

    private protected override void End()
    {
        base.Target = null;
        if (Wait)
        {
            WaitUntilOpen();
        }
        else
        {
            Probe(_targets, TimeoutSeconds, static _ => true);
        }

        if (Quiet)
        {
            WriteObject(_allOpen);
        }
    }

    private List<SocketPortProbe> Probe(List<PortTarget> targets, double seconds, Func<SocketPortProbe, bool> writes)
    {
        List<SocketPortProbe> others = [];
        long total = targets.Sum(static t => t.Count);
        long done = 0;
        using PortProber prober = new(ThrottleLimit, base.Wait(seconds));
        foreach (SocketPortProbe probe in prober.Run(targets.SelectMany(static t => t.Attempts())))
        {
            ShowProgress(++done, total);
            if (!writes(probe))
            {
                others.Add(probe);
                continue;
            }

            _allOpen &= probe.Status == SocketPortStatus.Open;
            if (!Quiet)
            {
                WriteObject(probe);
            }
        }

        if (_progress)
        {
            _progress = false;
            WriteProgress(new ProgressRecord(0, "Test-SocketPort", "done") { RecordType = ProgressRecordType.Completed });
        }

        return others;
    }

    // Again and again, those that are not open yet.
    private void WaitUntilOpen()
    {
        SocketWait wait = base.Wait(MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSeconds)) ? TimeoutSeconds : WaitSeconds);
        Stopwatch clock = Stopwatch.StartNew();
        List<PortTarget> left = _targets;
        while (left.Count > 0)
        {
            double remaining = wait.Timeout < TimeSpan.Zero ? AttemptSeconds : Math.Clamp((wait.Timeout - clock.Elapsed).TotalSeconds, LeastSeconds, AttemptSeconds);
            List<SocketPortProbe> closed = Probe(left, remaining, static p => p.Status == SocketPortStatus.Open);
            left = [.. closed.Select(p => _targets.First(t => t.Has(p)).Only(p))];
            TimeSpan pause = wait.Timeout < TimeSpan.Zero ? s_pause : wait.Timeout - clock.Elapsed;
            if (left.Count > 0 && pause <= TimeSpan.Zero)
            {
                _allOpen = false;
                foreach (SocketPortProbe probe in Quiet ? [] : closed)
                {
                    SocketCallException error = new("connect", wait.TimeoutErrno, probe.Target, $"The port is not open after {wait.Timeout.TotalSeconds:0.###} s: {probe.Status}, {probe.Reason}");
                    WriteError(SocketErrorRecord.From(error, probe.Target));
                }

                return;
            }

            if (left.Count > 0)
            {
                // The last look is at the very end of the time.
                wait.Stop.WaitHandle.WaitOne(pause < s_pause ? pause : s_pause);
                wait.Stop.ThrowIfCancellationRequested();
            }
        }
    }

    private void ShowProgress(long done, long total)
    {
        if (_sinceProgress.ElapsedMilliseconds < 500 || total < 2)
        {
            return;
        }

        _sinceProgress.Restart();
        _progress = true;
        WriteProgress(new ProgressRecord(0, "Test-SocketPort", $"{done} of {total} ports") { PercentComplete = (int)(100 * done / total) });
    }
}
