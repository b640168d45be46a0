using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;

namespace SocketTools.Ipc.Measuring;

/// <summary>The second process as the first one has it: started, told what to do, ended.</summary>
internal sealed class MeasuringPeerProcess : IDisposable
{
    private static readonly object s_starting = new();
    private static readonly TimeSpan s_saidLast = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly CountdownEvent _silent = new(2);

    private MeasuringPeerProcess(Process process, MeasuringControl control)
    {
        _process = process;
        Control = control;
        Hear(process.StandardOutput);
        Hear(process.StandardError);
        process.StandardInput.Close();
    }

    public MeasuringControl Control { get; }

    public int Id => _process.Id;

    /// <summary>What was started, for those who watch the calls.</summary>
    public string CommandLine => string.Join(", ", _process.StartInfo.ArgumentList.Prepend(_process.StartInfo.FileName).Select(static a => $"\"{a}\""));

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it; it has the number of its socket in its command line.</summary>
    /// <exception cref="SocketCallException">ENOENT and others: the program cannot be started.</exception>
    public static MeasuringPeerProcess Start(Func<int, IReadOnlyList<string>> commandLine)
    {
        (MeasuringControl here, MeasuringControl there) = MeasuringControl.CreatePair();
        using (there)
        {
            IReadOnlyList<string> line = commandLine(there.Descriptor);
            ProcessStartInfo start = new(line[0], line.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

            // What lets a debugger in, and leaves a socket file behind when the process is killed.
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
            start.Environment["POWERSHELL_DIAGNOSTICS_OPTOUT"] = "1";
            start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
            start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
            try
            {
                lock (s_starting)
                {
                    there.SetInherited(true);
                    try
                    {
                        return new MeasuringPeerProcess(Process.Start(start)!, here);
                    }
                    finally
                    {
                        there.SetInherited(false);
                    }
                }
            }
            catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
            {
                here.Dispose();
                Errno errno = e is Win32Exception { NativeErrorCode: > 0 and var code } ? (Errno)code : Errno.EIO;
                throw new SocketCallException("execve", errno, line[0], $"The second process did not start: {e.Message}", e);
            }
        }
    }

    /// <summary>What is wrong with a process that has ended: how, and what it said.</summary>
    public SocketCallException Died(bool ready)
    {
        // What it said last may still be on the way; something that it started may hold its output open.
        _silent.Wait(s_saidLast);
        string how = HasExited ? $"with exit code {_process.ExitCode}" : "without an end";
        string said;
        lock (_said)
        {
            said = _said.ToString().Trim();
        }

        return new SocketCallException(ready ? "read" : "execve", Errno.EPIPE, _process.StartInfo.FileName, $"The second process, {Id}, ended {how}{(ready ? " while it was measured" : " before it was ready")}{(said.Length == 0 ? "" : $": {said}")}")
        {
            Advice = ready ? "Measure again. Something killed it." : "It is PowerShell, and loads this module's engine: try whether that program starts by itself.",
        };
    }

    /// <summary>Tells it to end.</summary>
    public void RequestEnd()
    {
        try
        {
            Control.Send(new MeasuringOrder { Action = MeasuringAction.End });
        }
        catch (SocketCallException)
        {
            // It has ended.
        }
    }

    /// <summary>Ends it as it ends by itself, or, in a hurry, by force; it is gone when this returns.</summary>
    public void End(bool force)
    {
        const int Milliseconds = 2000;
        try
        {
            if (force || !_process.WaitForExit(Milliseconds))
            {
                _process.Kill();
                _process.WaitForExit(Milliseconds);
                RemoveLeft();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended meanwhile.
        }
    }

    public void Dispose()
    {
        _process.Dispose();
        Control.Dispose();
    }

    // The pipe by which Enter-PSHostProcess finds a PowerShell is a socket file; before 7.5 it cannot be turned off.
    private void RemoveLeft()
    {
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"CoreFxPipe_PSHost.*.{Id}.*")))
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is another's, or gone.
        }
    }

    // On a thread of its own: those of the pool may all be busy when what it said last is wanted.
    private void Hear(StreamReader stream) => new Thread(() =>
    {
        const int Most = 2000;
        try
        {
            using (stream)
            {
                while (stream.ReadLine() is { } line)
                {
                    lock (_said)
                    {
                        if (_said.Length < Most)
                        {
                            _said.AppendLine(line);
                        }
                    }
                }
            }
        }
        catch (IOException)
        {
            // As good as its end.
        }

        _silent.Signal();
    })
    {
        IsBackground = true,
        Name = "SocketTools measuring",
    }.Start();
}
