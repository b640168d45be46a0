using System;
using System.Collections.Generic;
using System.Threading;

namespace SocketTools.Sessions;

/// <summary>Lines from something that can only be waited for by reading it. A thread of its own does so; the one of the session is signalled.</summary>
internal sealed class ReaderInput : SessionInput
{
    private readonly object _lock = new();
    private readonly Func<string?> _readLine;
    private readonly List<string> _lines = [];
    private CancellationTokenSource _signal = new();
    private bool _ended;
    private volatile bool _disposed;

    /// <param name="readLine">The next line; null at the end. Called on the thread. A line that it waits for when the session ends is lost.</param>
    public ReaderInput(Func<string?> readLine)
    {
        _readLine = readLine;
        new Thread(ReadAll) { IsBackground = true, Name = "Input of a socket session" }.Start();
    }

    public override CancellationToken Signal
    {
        get
        {
            lock (_lock)
            {
                return _signal.Token;
            }
        }
    }

    public override bool Read(List<string> lines)
    {
        lock (_lock)
        {
            lines.AddRange(_lines);
            _lines.Clear();
            if (!_ended && _signal.IsCancellationRequested)
            {
                _signal = new CancellationTokenSource();
            }

            return !_ended;
        }
    }

    public override void Dispose() => _disposed = true;

    private void ReadAll()
    {
        bool more = true;
        while (more && !_disposed)
        {
            string? line;
            try
            {
                line = _readLine();
            }
            catch (Exception e) when (e is System.IO.IOException or ObjectDisposedException or InvalidOperationException)
            {
                line = null; // The terminal or the pipe has gone.
            }

            CancellationTokenSource signal;
            lock (_lock)
            {
                more = line is not null;
                _ended = !more;
                if (line is not null)
                {
                    _lines.Add(line);
                }

                signal = _signal;
            }

            signal.Cancel();
        }
    }
}
