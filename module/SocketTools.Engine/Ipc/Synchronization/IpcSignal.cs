using System;
using System.Globalization;
using System.IO;
using SocketTools.Native;

namespace SocketTools;

/// <summary>What sent a signal (si_code of sigaction(2)).</summary>
public enum IpcSignalSource
{
    /// <summary>The system does not say, or .NET does not pass it on.</summary>
    Unknown,
    /// <summary>kill(2).</summary>
    Kill,
    /// <summary>sigqueue(3), with a value.</summary>
    Queue,
    /// <summary>tgkill(2), raise(3): meant for one thread.</summary>
    Thread,
    /// <summary>A timer (timer_create(2)).</summary>
    Timer,
    /// <summary>A message came to an empty queue (mq_notify(3)).</summary>
    MessageQueue,
    /// <summary>Input or output that was asked for (aio(7), fcntl(2)).</summary>
    InputOutput,
    /// <summary>The kernel: Ctrl+C at the terminal, a child that ended.</summary>
    Kernel,
}

/// <summary>A signal that came.</summary>
/// <remarks>It is an <see cref="EventArgs"/>, so that PowerShell's event actions have it as <c>$EventArgs</c>.</remarks>
[Formatting.TypeFormatterSource]
public sealed class IpcSignal : EventArgs
{
    // What the handler of signals copies: the first bytes of siginfo_t.
    internal const int InformationSize = 32;

    private static int s_lastProcess;
    private static string? s_lastName;
    private static long s_lastLook;

    internal IpcSignal(int number)
    {
        Number = number;
        Name = IpcSignalTable.Name(number);
        ReceivedAt = DateTimeOffset.Now;
    }

    /// <summary>Its name: SIGUSR1.</summary>
    public string Name { get; }

    /// <summary>Its number here.</summary>
    public int Number { get; }

    /// <summary>What sent it.</summary>
    public IpcSignalSource Source { get; private init; }

    /// <summary>The process that sent it; of SIGCHLD the child. Null where the system does not say, and for a sender that this process cannot see (pid_namespaces(7)).</summary>
    public int? SenderProcessId { get; private init; }

    /// <summary>The name of that process, where it still was there when the signal was looked at.</summary>
    public string? SenderProcessName { get; private init; }

    /// <summary>The real user of the sender by number, or null as <see cref="SenderProcessId"/>.</summary>
    public uint? SenderUserId { get; private init; }

    /// <summary>The name of that user, or null.</summary>
    public string? SenderUser => SenderUserId is { } id ? UserNames.Find(id) : null;

    /// <summary>The value that was sent with it; null where none was. Of SIGCHLD the exit status, or the signal that ended or stopped the child.</summary>
    public int? Value { get; private init; }

    /// <summary>When it was taken, a moment after it came.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{(SenderProcessId is { } id ? $" from {id}" : "")}{(Value is { } value ? $" with {value}" : "")}");

    /// <summary>Reads the siginfo_t of Linux (64-bit systems).</summary>
    internal static IpcSignal From(ReadOnlySpan<byte> information)
    {
        int code = Int32(information, 8);
        IpcSignalSource source = code switch
        {
            0 => IpcSignalSource.Kill,
            -1 => IpcSignalSource.Queue,
            -6 => IpcSignalSource.Thread,
            -2 => IpcSignalSource.Timer,
            -3 => IpcSignalSource.MessageQueue,
            -4 or -5 => IpcSignalSource.InputOutput,
            > 0 => IpcSignalSource.Kernel,
            _ => IpcSignalSource.Unknown,
        };
        int number = Int32(information, 0);
        bool child = source == IpcSignalSource.Kernel && IpcSignalTable.Name(number) == "SIGCHLD";
        bool sent = source is IpcSignalSource.Kill or IpcSignalSource.Queue or IpcSignalSource.Thread or IpcSignalSource.MessageQueue || child;
        int process = sent ? Int32(information, 16) : 0;
        return new IpcSignal(number)
        {
            Source = source,
            SenderProcessId = process > 0 ? process : null,
            SenderProcessName = process > 0 ? ProcessName(process) : null,
            SenderUserId = process > 0 ? (uint)Int32(information, 20) : null,
            Value = source is IpcSignalSource.Queue or IpcSignalSource.Timer or IpcSignalSource.MessageQueue || child ? Int32(information, 24) : null,
        };
    }

    private static int Int32(ReadOnlySpan<byte> information, int offset) => BitConverter.ToInt32(information[offset..]);

    // A process that sends many is looked for once in a while. For the one thread that reads signals.
    private static string? ProcessName(int process)
    {
        if (process != s_lastProcess || Environment.TickCount64 - s_lastLook > 1000)
        {
            (s_lastProcess, s_lastName, s_lastLook) = (process, ReadName(process), Environment.TickCount64);
        }

        return s_lastName;
    }

    private static string? ReadName(int process)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/comm")).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
