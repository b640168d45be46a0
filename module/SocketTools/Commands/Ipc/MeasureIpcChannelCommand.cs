using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using SocketTools.Internal;

namespace SocketTools.Commands;

/// <summary>Every mechanism side by side, between two processes.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "IpcChannel")]
[OutputType(typeof(IpcMeasurement))]
public sealed class MeasureIpcChannelCommand : WaitingSocketCommand
{
    private const int MostBytes = 16 * 1024 * 1024;

    private static readonly IpcMechanism[] s_all = Enum.GetValues<IpcMechanism>();

    private readonly Stopwatch _sinceProgress = Stopwatch.StartNew();
    private IpcMeter? _meter;
    private bool _progress;

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public IpcMechanism[] Mechanism { get; set; } = s_all;

    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1, MostBytes)]
    public int[] MessageSize { get; set; } = [64, 1024, 8192];

    [Parameter]
    [ValidateRange(1, 1000)]
    public int Repeat { get; set; } = 3;

    /// <summary>For one mechanism at one size.</summary>
    [Parameter]
    [ValidateRange(0.001, 3600)]
    public double DurationSeconds { get; set; } = new IpcMeasuringOptions().Duration.TotalSeconds;

    /// <summary>In place of the duration.</summary>
    [Parameter]
    [ValidateRange(1, 2_000_000)]
    public int Count { get; set; }

    [Parameter]
    public SwitchParameter Pin { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _meter?.Dispose(); // What was stopped, or ended by Select-Object, left it.
        base.Dispose(disposing);
    }

    private protected override void Process()
    {
        IReadOnlyList<string> powerShell = OwnPowerShell.Find();
        IpcMeasuringOptions options = new() { Duration = TimeSpan.FromSeconds(DurationSeconds), Count = Count, Repeats = Repeat, Pin = Pin };
        _meter = new IpcMeter(options, descriptor => [.. powerShell, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", Script(descriptor)]);
        WarnOfOneProcessor();
        (IpcMechanism Mechanism, int Size)[] all = [.. Pairs()];
        for (int i = 0; i < all.Length; i++)
        {
            Target = all[i].Mechanism;
            int number = i;
            Guard(() => WriteObject(_meter.Measure(all[number].Mechanism, all[number].Size, Wait(), () => ShowProgress(number, all))));
            if (Stopping)
            {
                return;
            }
        }

        _meter.Close();
        if (_progress)
        {
            WriteProgress(new ProgressRecord(0, "Measure-IpcChannel", " ") { RecordType = ProgressRecordType.Completed });
        }
    }

    // Size by size, so that what is beside each other can be compared; an eventfd has one size.
    private IEnumerable<(IpcMechanism Mechanism, int Size)> Pairs()
    {
        IpcMechanism[] mechanisms = [.. Mechanism.Distinct().Order()];
        int[] sizes = [.. MessageSize.Distinct().Order()];
        return sizes.SelectMany((size, i) => mechanisms.Where(m => m != IpcMechanism.EventFd || i == 0).Select(m => (m, size)));
    }

    private void WarnOfOneProcessor()
    {
        if (Environment.ProcessorCount == 1)
        {
            WriteWarning("There is one processor here. The two processes take turns on it, and every figure has a switch between them in it.");
        }
    }

    private void ShowProgress(int number, (IpcMechanism Mechanism, int Size)[] all)
    {
        if (_sinceProgress.ElapsedMilliseconds < 400)
        {
            return;
        }

        _sinceProgress.Restart();
        _progress = true;
        string status = string.Create(CultureInfo.InvariantCulture, $"{all[number].Mechanism}, {all[number].Size} bytes");
        WriteFromInside(() => WriteProgress(new ProgressRecord(0, "Measure-IpcChannel", status) { PercentComplete = 100 * number / all.Length }));
    }

    // All that the second process does: nothing of PowerShell runs in what is timed.
    private static string Script(int descriptor)
    {
        string engine = CodeGeneration.EscapeSingleQuotedStringContent(typeof(IpcMeasuringPeer).Assembly.Location);
        return string.Create(CultureInfo.InvariantCulture, $"$null = [Reflection.Assembly]::LoadFrom('{engine}'); [SocketTools.IpcMeasuringPeer]::Run({descriptor})");
    }
}
