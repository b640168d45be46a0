using System.Globalization;

namespace SocketTools;

/// <summary>One system call as it happened, for <c>-Verbose</c>.</summary>
/// <param name="Name">The call: connect, recv.</param>
/// <param name="Arguments">Its arguments in the manner of strace(1).</param>
/// <param name="Result">What it returned; -1 when it failed.</param>
/// <param name="Errno">Why it failed, or None.</param>
public readonly record struct SystemCallRecord(string Name, string Arguments, long Result, Errno Errno)
{
    /// <summary>The line that strace would print.</summary>
    public override string ToString()
    {
        string result = Result.ToString(CultureInfo.InvariantCulture);
        return Errno == Errno.None
            ? $"{Name}({Arguments}) = {result}"
            : $"{Name}({Arguments}) = {result} {ErrnoTable.Name(Errno)} ({ErrnoTable.Get(Errno).Meaning})";
    }
}

/// <summary>Takes each system call of an operation, on the thread that made it.</summary>
public delegate void SystemCallTrace(SystemCallRecord call);
