using System;
using System.Globalization;
using System.IO;
using SocketTools.Ipc;
using SocketTools.Native;

namespace SocketTools;

/// <summary>kill(2) and sigqueue(3).</summary>
public static class IpcSignalSender
{
    /// <summary>Sends a signal to a process.</summary>
    /// <param name="process">Its number. Not 0 and not negative: to kill(2) these are whole groups of processes.</param>
    /// <param name="signal">The signal's number; 0 sends nothing and only finds out whether it could be sent.</param>
    /// <param name="value">A value to send with it (sigqueue(3)), or null.</param>
    /// <param name="trace">Sees the call.</param>
    /// <exception cref="SocketCallException">
    /// ESRCH: there is no such process. EPERM: it is another user's. EWOULDBLOCK: too many signals with a value wait to be taken. EINVAL: no such signal. EOPNOTSUPP: Windows.
    /// </exception>
    public static void Send(int process, int signal, int? value = null, SystemCallTrace? trace = null)
    {
        string target = string.Create(CultureInfo.InvariantCulture, $"{process}");
        string call = value is null ? "kill" : "sigqueue";
        if (OperatingSystem.IsWindows())
        {
            throw SignalIntake.NoSignals(call, target);
        }

        if (process <= 0)
        {
            throw new SocketCallException(call, Errno.EINVAL, target, "A process has a number above 0; kill(2) takes 0 and less for groups of processes")
            {
                Advice = "Give the number of one process, or a Process object.",
            };
        }

        if (value is not null && !OperatingSystem.IsLinux())
        {
            throw new SocketCallException(call, Errno.EOPNOTSUPP, target, "This system does not send values with signals") { Advice = "Leave out -Value." };
        }

        int result = value is { } number ? Libc.QueueSignal(process, signal, number) : Libc.Kill(process, signal);
        Errno errno = result == 0 ? Errno.None : LibcNumbers.LastErrno();
        string name = signal == 0 ? "0" : IpcSignalTable.Name(signal);
        trace?.Invoke(new(call, value is null ? $"{target}, {name}" : $"{target}, {name}, {{sival_int={value}}}", result, errno));
        if (errno != Errno.None)
        {
            throw Failure(call, errno, process, target, name);
        }
    }

    private static SocketCallException Failure(string call, Errno errno, int process, string target, string name) => errno switch
    {
        Errno.ESRCH => new SocketCallException(call, errno, target, "There is no such process, or it has ended") { Advice = "Check the number: Get-Process lists the processes." },
        Errno.EPERM => new SocketCallException(call, errno, target, $"The process belongs to {Owner(process)}, and this one may send {name} only to processes of its own user")
        {
            Advice = "Run it as that user, or with the privilege CAP_KILL.",
        },
        Errno.EWOULDBLOCK => new SocketCallException(call, errno, target, "Too many signals with a value wait to be taken") { Advice = "Wait until some are taken, or raise the limit (ulimit -i)." },
        _ => new SocketCallException(call, errno, target),
    };

    private static string Owner(int process)
    {
        try
        {
            foreach (string line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")))
            {
                if (line.StartsWith("Uid:", StringComparison.Ordinal) && uint.TryParse(line.Split('\t')[1], CultureInfo.InvariantCulture, out uint user))
                {
                    return UserNames.Find(user) ?? $"user {user}";
                }
            }
        }
        catch (IOException)
        {
            // It has ended meanwhile, or there is no /proc.
        }

        return "another user";
    }
}
