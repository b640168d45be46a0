using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>Catches a signal for as long as somebody asks for it, and hands each to <see cref="IpcSignals"/>.</summary>
internal sealed class SignalIntake : IDisposable
{
    private static int s_started;
    private readonly int _signal;
    private readonly PosixSignalRegistration _registration;
    private readonly SignalRecorder? _recorder;
    private readonly Libc.SignalAction _before;

    private SignalIntake(int signal, bool passOn, SystemCallTrace? trace)
    {
        _signal = signal;
        _recorder = SignalRecorder.Instance;

        // With the recorder this only makes .NET set its own handler now, and not later in the place of the recorder's.
        _registration = PosixSignalRegistration.Create((PosixSignal)signal, _recorder is not null ? static _ => { } : context =>
        {
            context.Cancel = !passOn;
            IpcSignals.Deliver(new IpcSignal(signal));
        });
        if (_recorder is null)
        {
            return;
        }

        Errno errno = _recorder.Install(signal, passOn, out _before);
        trace?.Invoke(new("rt_sigaction", $"{IpcSignalTable.Name(signal)}, {{sa_flags=SA_RESTART|SA_SIGINFO}}", errno == Errno.None ? 0 : -1, errno));
        if (errno != Errno.None)
        {
            _registration.Dispose();
            throw new SocketCallException("sigaction", errno, IpcSignalTable.Name(signal));
        }

        if (Interlocked.Exchange(ref s_started, 1) == 0)
        {
            BlockingCollection<byte[]> taken = [];
            new Thread(() => Take(_recorder, taken)) { IsBackground = true, Name = "SocketTools signals" }.Start();
            new Thread(() => Deliver(taken)) { IsBackground = true, Name = "SocketTools signals, delivery" }.Start();
        }
    }

    /// <summary>Begins to catch a signal. What it did before, it does again when this is disposed.</summary>
    public static SignalIntake Open(int signal, SystemCallTrace? trace)
    {
        string name = IpcSignalTable.Name(signal);
        if (OperatingSystem.IsWindows())
        {
            throw NoSignals("sigaction", name);
        }

        return name switch
        {
            _ when signal == 0 => throw new SocketCallException("sigaction", Errno.EINVAL, "0", "0 is no signal, it only asks whether one could be sent") { Advice = "Send-IpcSignal takes it." },
            "SIGKILL" or "SIGSTOP" => throw new SocketCallException("sigaction", Errno.EINVAL, name, $"{name} cannot be caught, by no process") { Advice = "Catch SIGTERM, which asks a process to end." },
            "SIGILL" or "SIGTRAP" or "SIGABRT" or "SIGBUS" or "SIGFPE" or "SIGSEGV" or "SIGRTMIN" or "SIG32" or "SIG33" => throw new SocketCallException("sigaction", Errno.EINVAL, name, $"{name} is needed by .NET or the C library itself")
            {
                Advice = "Use SIGUSR1, SIGUSR2 or one from SIGRTMIN+1 to SIGRTMAX.",
            },

            // PowerShell and .NET go on as before: Ctrl+C stops a pipeline, a child that ends is noticed, the window may change its size.
            "SIGINT" or "SIGQUIT" or "SIGCHLD" or "SIGCONT" or "SIGWINCH" or "SIGURG" or "SIGTTIN" or "SIGTTOU" => new SignalIntake(signal, passOn: true, trace),
            _ => new SignalIntake(signal, passOn: false, trace),
        };
    }

    public void Dispose()
    {
        _recorder?.Remove(_signal, _before);
        _registration.Dispose();
    }

    internal static SocketCallException NoSignals(string operation, object? target) => new(operation, Errno.EOPNOTSUPP, target, "Windows has no signals")
    {
        Advice = "Use a named semaphore (New-IpcSemaphore), or a socket.",
    };

    // Does nothing else, so that the pipe is never full for long: handlers of the receivers take their time.
    private static void Take(SignalRecorder recorder, BlockingCollection<byte[]> taken)
    {
        byte[] block = new byte[1 << 16];
        while (true)
        {
            taken.Add(block.AsSpan(0, recorder.Take(block)).ToArray());
        }
    }

    private static void Deliver(BlockingCollection<byte[]> taken)
    {
        foreach (byte[] block in taken.GetConsumingEnumerable())
        {
            for (int offset = 0; offset < block.Length; offset += IpcSignal.InformationSize)
            {
                IpcSignals.Deliver(IpcSignal.From(block.AsSpan(offset, IpcSignal.InformationSize)));
            }
        }
    }
}
