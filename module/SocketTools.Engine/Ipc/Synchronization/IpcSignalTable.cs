using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SocketTools;

/// <summary>The signals of signal(7) by name and by number, as this system numbers them.</summary>
/// <remarks>Names are written with or without SIG, in any case. SIGRTMIN and SIGRTMAX of Linux are those that the C library leaves to programs, 34 and 64.</remarks>
public static class IpcSignalTable
{
    internal const int FirstRealTime = 34;
    internal const int LastRealTime = 64;

    // Name, number of Linux (x86 and ARM), number of macOS, and what happens to a process that does not catch it. 0 is a signal that the system does not have.
    private static readonly (string Name, int Linux, int Mac, string Default, string Meaning)[] s_rows =
    [
        ("SIGHUP", 1, 1, "Terminate", "The terminal has gone; by custom also: read the configuration anew"),
        ("SIGINT", 2, 2, "Terminate", "Ctrl+C at the terminal"),
        ("SIGQUIT", 3, 3, "Core", "Ctrl+\\ at the terminal"),
        ("SIGILL", 4, 4, "Core", "Illegal instruction"),
        ("SIGTRAP", 5, 5, "Core", "Trap of a debugger"),
        ("SIGABRT", 6, 6, "Core", "abort(3)"),
        ("SIGBUS", 7, 10, "Core", "Bad memory access, such as behind the end of a mapped file"),
        ("SIGFPE", 8, 8, "Core", "Arithmetic that has no result"),
        ("SIGKILL", 9, 9, "Terminate", "Ends a process at once; cannot be caught"),
        ("SIGUSR1", 10, 30, "Terminate", "Free for programs"),
        ("SIGSEGV", 11, 11, "Core", "Memory that is not the process's"),
        ("SIGUSR2", 12, 31, "Terminate", "Free for programs"),
        ("SIGPIPE", 13, 13, "Terminate", "Write to a pipe or socket that nobody reads; .NET ignores it"),
        ("SIGALRM", 14, 14, "Terminate", "The timer of alarm(2)"),
        ("SIGTERM", 15, 15, "Terminate", "Asks a process to end"),
        ("SIGSTKFLT", 16, 0, "Terminate", "Not used"),
        ("SIGCHLD", 17, 20, "Ignore", "A child has ended or stopped"),
        ("SIGCONT", 18, 19, "Continue", "Goes on after a stop"),
        ("SIGSTOP", 19, 17, "Stop", "Stops a process; cannot be caught"),
        ("SIGTSTP", 20, 18, "Stop", "Ctrl+Z at the terminal"),
        ("SIGTTIN", 21, 21, "Stop", "A process in the background reads from the terminal"),
        ("SIGTTOU", 22, 22, "Stop", "A process in the background writes to the terminal"),
        ("SIGURG", 23, 16, "Ignore", "Urgent data at a socket"),
        ("SIGXCPU", 24, 24, "Core", "More processor time than the limit"),
        ("SIGXFSZ", 25, 25, "Core", "A file larger than the limit"),
        ("SIGVTALRM", 26, 26, "Terminate", "Timer of the process's own time"),
        ("SIGPROF", 27, 27, "Terminate", "Timer of a profiler"),
        ("SIGWINCH", 28, 28, "Ignore", "The window of the terminal has another size"),
        ("SIGIO", 29, 23, "Terminate", "Input or output is possible"),
        ("SIGPWR", 30, 0, "Terminate", "The power fails"),
        ("SIGSYS", 31, 12, "Core", "System call that does not exist or is not allowed"),
        ("SIGEMT", 0, 7, "Core", "Emulator trap"),
        ("SIGINFO", 0, 29, "Ignore", "Ctrl+T at the terminal"),
    ];

    private static readonly (string Name, string Same)[] s_aliases = [("SIGCLD", "SIGCHLD"), ("SIGIOT", "SIGABRT"), ("SIGPOLL", "SIGIO")];

    private static readonly List<IpcSignalInfo> s_all = Make();

    /// <summary>Every signal of this system, by number; of the real-time signals all from SIGRTMIN to SIGRTMAX.</summary>
    public static IReadOnlyList<IpcSignalInfo> All => s_all;

    /// <summary>The name of a signal: SIGUSR1, SIGRTMIN+3; a number that has none is written as SIG and the number.</summary>
    public static string Name(int number) =>
        s_all.Find(s => s.Number == number)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"SIG{number}");

    /// <summary>The number of a signal from its name or from a number as text.</summary>
    /// <exception cref="SocketCallException">EINVAL: there is no such signal.</exception>
    public static int Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim().ToUpperInvariant();
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number is >= 0 and <= LastRealTime ? number : throw Unknown(text);
        }

        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name : $"SIG{name}";
        name = s_aliases.FirstOrDefault(a => a.Name == name).Same ?? name;
        return s_all.Find(s => s.Name == name)?.Number
            ?? RealTime(name)
            ?? throw Unknown(text);
    }

    // SIGRTMIN+n and SIGRTMAX-n.
    private static int? RealTime(string name)
    {
        if (!OperatingSystem.IsLinux() || name.Length < 8)
        {
            return null;
        }

        (string start, string rest) = (name[..8], name[8..]);
        int offset = 0;
        if (rest.Length > 0 && !(rest[0] is '+' or '-' && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out offset) && offset <= LastRealTime))
        {
            return null;
        }

        int? number = (start, rest) switch
        {
            ("SIGRTMIN", ['-', ..]) or ("SIGRTMAX", ['+', ..]) => null,
            ("SIGRTMIN", _) => FirstRealTime + offset,
            ("SIGRTMAX", _) => LastRealTime - offset,
            _ => null,
        };
        return number is >= FirstRealTime and <= LastRealTime ? number : null;
    }

    private static List<IpcSignalInfo> Make()
    {
        IEnumerable<IpcSignalInfo> named = s_rows
            .Select(static r => new IpcSignalInfo(r.Name, OperatingSystem.IsMacOS() ? r.Mac : r.Linux, r.Default, r.Meaning))
            .Where(static s => s.Number != 0);
        IEnumerable<IpcSignalInfo> realTime = !OperatingSystem.IsLinux() ? [] : Enumerable.Range(FirstRealTime, LastRealTime - FirstRealTime + 1)
            .Select(static n => new IpcSignalInfo(RealTimeName(n), n, "Terminate", "Free for programs; every one that is sent arrives, with its value"));
        return [.. named.Concat(realTime).OrderBy(static s => s.Number)];
    }

    private static string RealTimeName(int number)
    {
        (string name, int offset) = number <= (FirstRealTime + LastRealTime) / 2
            ? ("SIGRTMIN+", number - FirstRealTime)
            : ("SIGRTMAX-", LastRealTime - number);
        return offset == 0 ? name[..8] : string.Create(CultureInfo.InvariantCulture, $"{name}{offset}");
    }

    private static SocketCallException Unknown(string text) => new("kill", Errno.EINVAL, text, "There is no signal of that name or number here")
    {
        Advice = "Give a name such as USR1, SIGTERM or RTMIN+1, or a number; the tab key lists them.",
    };
}

/// <summary>A signal of this system.</summary>
/// <param name="Name">Its name in signal(7): SIGUSR1.</param>
/// <param name="Number">Its number here.</param>
/// <param name="DefaultAction">What happens to a process that does not catch it: Terminate, Core, Ignore, Stop or Continue.</param>
/// <param name="Meaning">What it is for.</param>
public sealed record IpcSignalInfo(string Name, int Number, string DefaultAction, string Meaning)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
