using System;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using System.Threading;
using SocketTools.Errors;
using SocketTools.Hosts;

namespace SocketTools.Commands;

/// <summary>What every cmdlet shares: errors become records, Ctrl+C cancels, -Verbose shows the system calls.</summary>
public abstract class SocketCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private SystemCallTrace? _trace;
    private bool _traceChosen;
    private ExceptionDispatchInfo? _ended;
    private CancellationTokenRegistration _hostCell;
    private bool _hostWatched;
    private volatile bool _hostStopped;

    /// <summary>What the user typed, for the error record; else the engine's own target is named.</summary>
    private protected object? Target { get; set; }

    /// <summary>PowerShell's location in the file system, where relative Unix paths start.</summary>
    private protected string Location => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    private protected SystemCallTrace? Trace
    {
        get
        {
            if (!_traceChosen)
            {
                _traceChosen = true;
                _trace = IsVerbose() ? WriteTrace : null;
            }

            return _trace;
        }
    }

    /// <summary>Releases what StopProcessing needs. PowerShell calls it when the pipeline is over.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool disposing)
    {
        _hostCell.Dispose();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    private protected virtual void Begin()
    {
    }

    private protected virtual void Process()
    {
    }

    private protected virtual void End()
    {
    }

    /// <summary>Fires when the pipeline is stopped, or the cell of a notebook host that it runs in.</summary>
    private protected CancellationToken StopToken
    {
        get
        {
            if (!_hostWatched)
            {
                _hostWatched = true;
                _hostCell = InteractiveHost.CellToken.Register(
                    () =>
                    {
                        _hostStopped = true;
                        _stop.Cancel();
                    });
            }

            return _stop.Token;
        }
    }

    private protected SocketWait Wait(double timeoutSeconds) => new(SocketWait.FromSeconds(timeoutSeconds), StopToken, Trace);

    /// <summary>Runs a step; an error of the engine becomes a record, and the next input is served.</summary>
    private protected void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (SocketCallException e)
        {
            WriteError(SocketErrorRecord.From(e, Target));
        }
        catch (ObjectDisposedException e)
        {
            WriteError(SocketErrorRecord.From(new SocketCallException("socket", Errno.EBADF, Target, null, e), Target));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The pipeline is being stopped; PowerShell says so itself.
        }

        _ended?.Throw();
        if (_hostStopped)
        {
            throw new PipelineStoppedException(); // The host only sets its token; the rest of the cell is not to run.
        }
    }

    /// <summary>Writes a socket that was just opened. When the pipeline was stopped meanwhile nobody gets it, so it is closed.</summary>
    private protected void WriteOpened(IDisposable opened)
    {
        if (_stop.IsCancellationRequested)
        {
            opened.Dispose();
        }
        else
        {
            WriteObject(opened);
        }
    }

    private bool IsVerbose() => MyInvocation.BoundParameters.TryGetValue("Verbose", out object? bound)
        ? bound is SwitchParameter { IsPresent: true }
        : GetVariableValue("VerbosePreference") is not (null or ActionPreference.SilentlyContinue or ActionPreference.Ignore or "SilentlyContinue" or "Ignore");

    private void WriteTrace(SystemCallRecord call) => WriteFromInside(() => WriteVerbose(call.ToString()));

    /// <summary>
    /// Writes to a stream of PowerShell in the middle of an operation. What that throws (Ctrl+C, Select-Object -First behind 4>&amp;1,
    /// $VerbosePreference = 'Stop') must not tear the engine out of what it opened: it is told to stop, closes what it opened, and the cmdlet throws
    /// this again.
    /// </summary>
    private protected void WriteFromInside(Action write)
    {
        try
        {
            write();
        }
        catch (RuntimeException e)
        {
            _ended ??= ExceptionDispatchInfo.Capture(e);
            _stop.Cancel();
        }
    }
}
