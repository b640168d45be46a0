using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;

namespace SocketTools.Notebooks;

/// <summary>
/// The runspace of a notebook on a thread of its own, so that a cell which cannot be stopped is left with both and the caller goes on.
/// </summary>
internal sealed class NotebookSession : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_hurry = TimeSpan.FromMilliseconds(80);

    private readonly BlockingCollection<Action> _work = [];
    private readonly ManualResetEvent _ended = new(false);
    private readonly NotebookHost _host = new();
    private readonly InitialSessionState _initial;
    private readonly string _location;
    private Runspace? _runspace;
    private volatile SocketScope? _sockets;
    private volatile PowerShell? _running;
    private volatile bool _stopping;
    private bool _abandoned;
    private bool _hurried;

    /// <summary>Opens the runspace.</summary>
    /// <param name="modulePath">The module that it begins with: this one.</param>
    /// <param name="location">Where it begins.</param>
    public NotebookSession(string modulePath, string location)
    {
        _location = location;
        _initial = InitialSessionState.CreateDefault2();
        _initial.ImportPSModule([modulePath]);
        _initial.Commands.Add(new SessionStateCmdletEntry("Out-SocketNotebookCell", typeof(OutCellCommand), null));
        _initial.Commands.Add(new SessionStateCmdletEntry("Out-Display", typeof(OutDisplayCommand), null));
        _initial.Commands.Add(new SessionStateAliasEntry("od", "Out-Display"));
        _initial.ThreadOptions = PSThreadOptions.UseCurrentThread;
        new Thread(Work) { IsBackground = true, Name = "SocketTools notebook" }.Start();
    }

    /// <summary>Runs something on the notebook's thread.</summary>
    /// <param name="step">What to do with the runspace.</param>
    /// <param name="recorder">Gets what is written meanwhile.</param>
    /// <param name="limit">How long it may take; negative for ever.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>How it ended.</returns>
    public SessionEnd Run(Action<NotebookSession> step, CellRecorder recorder, TimeSpan limit, CancellationToken stop)
    {
        Exception? failed = null;
        using ManualResetEvent done = new(false);
        bool given = false;
        object ownership = new();
        _stopping = false;
        _work.Add(() =>
        {
            try
            {
                _host.Recorder = recorder;
                step(this);
            }
            catch (Exception e)
            {
                failed = e;
            }
            finally
            {
                _host.Recorder = null;
                lock (ownership)
                {
                    if (!given)
                    {
                        done.Set();
                    }
                }
            }
        }, CancellationToken.None);
        int first = WaitHandle.WaitAny([done, stop.WaitHandle], limit < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit);
        bool ended = first == 0;
        if (!ended)
        {
            StopRunning();
            // Who pressed Ctrl+C does not wait for a cell that does not obey.
            ended = stop.IsCancellationRequested ? done.WaitOne(s_hurry) : WaitHandle.WaitAny([done, stop.WaitHandle], s_grace) == 0;
        }

        lock (ownership)
        {
            given = true; // The event is gone when this returns.
        }

        if (!ended)
        {
            _abandoned = true;
        }

        if (stop.IsCancellationRequested)
        {
            _hurried = true;
            throw new OperationCanceledException(stop);
        }

        if (!ended)
        {
            return new SessionEnd(TimedOut: true, Abandoned: true, null);
        }

        return new SessionEnd(TimedOut: first != 0, Abandoned: false, failed);
    }

    /// <summary>Runs a cell in the global scope, with what it writes going to the recorder. On the notebook's thread.</summary>
    public void Invoke(string script, CellRecorder recorder)
    {
        using PowerShell shell = PowerShell.Create();
        Command cell = new(script, isScript: true, useLocalScope: false);
        cell.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.Commands.AddCommand(cell);
        shell.AddCommand("Out-SocketNotebookCell").AddParameter("Recorder", recorder);
        shell.AddCommand("Out-Default");
        Invoke(shell);
    }

    /// <summary>Runs a script of the runner's own and gives what it writes. On the notebook's thread.</summary>
    public IReadOnlyList<PSObject> Call(string script, params (string Name, object? Value)[] arguments)
    {
        using PowerShell shell = PowerShell.Create();
        shell.AddScript(script, useLocalScope: true);
        foreach ((string name, object? value) in arguments)
        {
            shell.AddParameter(name, value);
        }

        return Invoke(shell);
    }

    /// <summary>Sets a variable of the notebook. On its thread.</summary>
    public void SetVariable(string name, object? value) => Runspace.SessionStateProxy.PSVariable.Set(name, value);

    /// <summary>The records in <c>$Error</c>, the oldest first; it is empty afterwards. On the notebook's thread.</summary>
    public IReadOnlyList<object> TakeErrors()
    {
        if (Runspace.SessionStateProxy.GetVariable("Error") is not ArrayList errors)
        {
            return [];
        }

        object[] taken = [.. errors.Cast<object>().Reverse()];
        errors.Clear();
        return taken;
    }

    /// <summary>Ends the runspace and all that was opened in it. One that was abandoned ends when its cell does.</summary>
    public void Dispose()
    {
        StopRunning(); // First, so that it does not stop what cleans up.
        _work.CompleteAdding();
        // What a cell that does not obey waits for may be a socket of its own.
        if (_abandoned || !_ended.WaitOne(_hurried ? s_hurry : s_grace))
        {
            _sockets?.Close();
        }
    }

    private Runspace Runspace => _runspace ?? throw new InvalidOperationException("The runspace is not open.");

    private Collection<PSObject> Invoke(PowerShell shell)
    {
        shell.Runspace = Runspace;
        // They would keep every record until the end; the host has written them.
        shell.Streams.Error.DataAdded += (_, _) => shell.Streams.Error.ReadAll();
        shell.Streams.Warning.DataAdded += (_, _) => shell.Streams.Warning.ReadAll();
        shell.Streams.Verbose.DataAdded += (_, _) => shell.Streams.Verbose.ReadAll();
        shell.Streams.Debug.DataAdded += (_, _) => shell.Streams.Debug.ReadAll();
        shell.Streams.Information.DataAdded += (_, _) => shell.Streams.Information.ReadAll();
        shell.Streams.Progress.DataAdded += (_, _) => shell.Streams.Progress.ReadAll();
        _running = shell;
        try
        {
            // The time may have been over before there was anything to stop.
            return _stopping ? throw new PipelineStoppedException() : shell.Invoke();
        }
        finally
        {
            _running = null;
        }
    }

    // On a thread of its own: it returns when the cell has ended, if ever. And a pipeline that ends by itself meanwhile makes it throw.
    private void StopRunning()
    {
        _stopping = true;
        if (_running is not { } shell)
        {
            return;
        }

        new Thread(() =>
        {
            try
            {
                shell.Stop();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // It had ended.
            }
        })
        {
            IsBackground = true,
        }.Start();
    }

    private void Work()
    {
        try
        {
            using SocketScope sockets = SocketScope.Begin();
            _sockets = sockets;
            foreach (Action work in _work.GetConsumingEnumerable())
            {
                work();
            }

            CloseRunspace();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nobody is left to be told, and an exception that leaves a thread ends the process.
        }
        finally
        {
            _ended.Set();
        }
    }

    /// <summary>Opens the runspace. On the notebook's thread.</summary>
    public void Open()
    {
        _runspace = RunspaceFactory.CreateRunspace(_host, _initial);
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
        _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(_location));
    }

    private void CloseRunspace()
    {
        if (_runspace is not { RunspaceStateInfo.State: RunspaceState.Opened })
        {
            return;
        }

        try
        {
            // Jobs are processes and runspaces of their own.
            _stopping = false;
            Call("Get-Job -ErrorAction Ignore | Remove-Job -Force -ErrorAction Ignore");
        }
        catch (Exception e) when (e is RuntimeException or InvalidOperationException)
        {
            // The commands may have been taken away in the notebook.
        }

        _runspace.Dispose();
    }
}

/// <summary>How something that ran in a notebook's session ended.</summary>
/// <param name="TimedOut">Its time was over before it.</param>
/// <param name="Abandoned">And it did not obey when it was stopped.</param>
/// <param name="Failure">What it threw.</param>
internal readonly record struct SessionEnd(bool TimedOut, bool Abandoned, Exception? Failure);
