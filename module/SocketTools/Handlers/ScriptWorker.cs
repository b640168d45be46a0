using System;
using System.ComponentModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace SocketTools.Handlers;

/// <summary>
/// A runspace on a thread of its own. One script runs in it from beginning to end, and takes client after client: making a pipeline for each would
/// cost more than most handlers do.
/// </summary>
/// <remarks>Public only because the script calls it.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ScriptWorker : IHandlerWorker
{
    // In the global scope, so that a handler's parent scope is the one that is put back behind it. The names are such that a handler does not meet
    // them by chance.
    private const string Loop = """
        param($SocketToolsWorker)
        $SocketToolsWorker.Begin($ExecutionContext)
        while ($SocketToolsWorker.Next()) {
            try {
                $Client = $SocketToolsWorker.Client
                $SocketToolsArguments = $SocketToolsWorker.Arguments
                $_ = $SocketToolsWorker.Subject
                & $SocketToolsWorker.Script @SocketToolsArguments
            }
            catch {
                $SocketToolsWorker.Fail($_)
            }
            finally {
                $SocketToolsWorker.End()
            }
        }
        """;

    private const string Beginning = """
        param($SocketToolsWorker)
        $SocketToolsWorker.BeginInitialization()
        try {
            . $SocketToolsWorker.Initialization
        }
        finally {
            $SocketToolsWorker.EndInitialization()
        }
        """;

    private readonly SocketListener _listener;
    private readonly ScriptHandler _handler;
    private Runspace? _runspace;
    private readonly object _stopLock = new();
    private PowerShell? _running;
    private bool _busy;
    private bool _interrupted;
    private HandlerPool _pool = null!;
    private HandlerScope? _scope;
    private HandlerWork? _work;
    private bool _failed;
    private volatile bool _over;

    internal ScriptWorker(SocketListener listener, ScriptHandler handler)
    {
        _listener = listener;
        _handler = handler;
    }

    /// <summary>The connection; of a datagram the datagram, which knows how to answer.</summary>
    public object Client => _work!.Item is SocketDatagram datagram ? datagram : _work.Client;

    /// <summary>What <c>$_</c> is: the connection, a line of it, or a datagram.</summary>
    public object Subject => _work!.Item ?? _work.Client;

    /// <summary>What the script gets: the connection or the datagram, for a line the line before it, then -ArgumentList.</summary>
    public object?[] Arguments => _work!.Item is string line
        ? [line, _work.Client, .. _handler.Arguments]
        : [Client, .. _handler.Arguments];

    /// <summary>The script for the present occasion.</summary>
    public ScriptBlock Script => _handler.Scripts[_work!.Occasion];

    void IHandlerWorker.Run(HandlerPool pool)
    {
        _pool = pool;
        _runspace = _handler.OpenRunspace();
        if (_handler.Initialization is not null)
        {
            RunScript(Beginning, "SocketToolsWorker", this);
        }

        // A handler that calls exit, or break outside a loop, ends the script; it is only that client's end.
        while (!_over)
        {
            RunScript(Loop, "SocketToolsWorker", this);
        }
    }

    void IHandlerWorker.Interrupt()
    {
        lock (_stopLock)
        {
            if (_busy && !_interrupted && _work is not { Occasion: HandlerOccasion.Disconnect })
            {
                _interrupted = true;
                _running?.BeginStop(null, null);
            }
        }
    }

    void IHandlerWorker.Stop()
    {
        // Only a script that has something to do is stopped; the loop of one that waits ends by itself. Stopping a pipeline while it ends by itself is a
        // race inside PowerShell that can end the process (PipelineProcessor.Stop and Dispose).
        lock (_stopLock)
        {
            _over = true;
            if (_busy && !_interrupted)
            {
                _interrupted = true;
                _running?.BeginStop(null, null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _runspace?.Dispose();

    /// <summary>What -InitializationScript gave.</summary>
    public ScriptBlock? Initialization => _handler.Initialization;

    /// <summary>Called by the script before the initialization.</summary>
    public void BeginInitialization()
    {
        if (!BeginBusy(null))
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Called by the script when the initialization has ended, in whatever way.</summary>
    public void EndInitialization() => EndBusy();

    /// <summary>Called by the script once, before anything else.</summary>
    public void Begin(EngineIntrinsics engine) => _scope ??= new HandlerScope(engine, _handler.KeepsToItself);

    /// <summary>Waits for the next thing to do; false when it is over.</summary>
    public bool Next()
    {
        while (!_over && _pool.Take() is { } work)
        {
            if (_handler.Scripts.ContainsKey(work.Occasion) && BeginBusy(work))
            {
                _failed = false;
                return true;
            }

            _pool.Complete(work, failed: false);
        }

        _over = true;
        return false;
    }

    /// <summary>Keeps the error that ended the handler.</summary>
    public void Fail(ErrorRecord error)
    {
        _failed = true;
        _listener.Write(_work!.Client, ListenerStream.Error, error, _work.Sender);
        _listener.Report(_work.Client, error.Exception, error, _work.Sender);
    }

    /// <summary>Ends the present client's turn, however the handler ended.</summary>
    public void End()
    {
        HandlerWork work = _work!;
        try
        {
            _scope!.Restore();
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            _listener.Report(work.Client, e, sender: work.Sender);
        }
        finally
        {
            _work = null;
            _pool.Complete(work, _failed);
            EndBusy();
        }
    }

    private bool BeginBusy(HandlerWork? work)
    {
        lock (_stopLock)
        {
            _busy = !_over;
            _work = _busy ? work : null;
            return _busy;
        }
    }

    private void EndBusy()
    {
        lock (_stopLock)
        {
            _busy = false;
            if (_interrupted)
            {
                // The stop is on its way: the script must not end before it as if nothing were.
                throw new PipelineStoppedException();
            }
        }
    }

    private void RunScript(string script, string parameter, object argument)
    {
        using PowerShell shell = PowerShell.Create();
        shell.Runspace = _runspace;
        shell.AddScript(script, useLocalScope: false).AddParameter(parameter, argument);
        if (_handler.Usings.Count > 0)
        {
            shell.AddParameter("--%", _handler.Usings);
        }

        PSDataCollection<PSObject> output = [];
        output.DataAdded += (_, _) => WriteAll(output, ListenerStream.Output);
        shell.Streams.Error.DataAdded += (_, _) => WriteAll(shell.Streams.Error, ListenerStream.Error);
        shell.Streams.Warning.DataAdded += (_, _) => WriteAll(shell.Streams.Warning, ListenerStream.Warning);
        shell.Streams.Verbose.DataAdded += (_, _) => WriteAll(shell.Streams.Verbose, ListenerStream.Verbose);
        shell.Streams.Debug.DataAdded += (_, _) => WriteAll(shell.Streams.Debug, ListenerStream.Debug);
        shell.Streams.Information.DataAdded += (_, _) => WriteAll(shell.Streams.Information, ListenerStream.Information);
        lock (_stopLock)
        {
            if (_over)
            {
                return;
            }

            _running = shell;
            _interrupted = false;
        }

        try
        {
            shell.Invoke(null, output);
        }
        catch (PipelineStoppedException)
        {
            // The listener is being stopped.
        }
    }

    // Called on this worker's own thread, so the present client is the one that wrote.
    private void WriteAll<T>(PSDataCollection<T> collection, ListenerStream stream)
    {
        foreach (T value in collection.ReadAll())
        {
            _listener.Write(_work?.Client, stream, value, _work?.Sender);
        }
    }
}
