using System;
using System.IO;

namespace SocketTools;

/// <summary>A socket call that failed: which, on what, why.</summary>
/// <remarks>It is an <see cref="IOException"/>, so that streams made from channels fail in the way that readers of streams expect.</remarks>
public class SocketCallException : IOException
{
    /// <summary>Makes the error of one call.</summary>
    /// <param name="operation">The call by its name in section 2 of the manual: connect, bind, recv.</param>
    /// <param name="errno">What it returned.</param>
    /// <param name="target">What it was called on: a <see cref="SocketEndpoint"/>, a channel, or what a person typed.</param>
    /// <param name="detail">What happened in this very case, put in the place of the general meaning of the error.</param>
    /// <param name="inner">The error below, where there is one.</param>
    public SocketCallException(string operation, Errno errno, object? target, string? detail = null, Exception? inner = null)
        : base(Describe(operation, errno, target, detail), inner)
    {
        Operation = operation;
        Errno = errno;
        Target = target;
        Detail = detail;
        Advice = ErrnoTable.Get(errno).Advice;
    }

    /// <summary>The call that failed, by its name in section 2 of the manual.</summary>
    public string Operation { get; }

    /// <summary>Why it failed.</summary>
    public Errno Errno { get; }

    /// <summary>The name of <see cref="Errno"/>.</summary>
    public string ErrnoName => ErrnoTable.Name(Errno);

    /// <summary>What the call was made on.</summary>
    public object? Target { get; }

    /// <summary>What happened in this very case, or null where the meaning of the error says it all.</summary>
    public string? Detail { get; }

    /// <summary>What to do about it.</summary>
    public string Advice { get; init; }

    /// <summary>Bytes that had gone out, or come in, before the failure. Those that came in are kept in the channel.</summary>
    public long BytesTransferred { get; init; }

    /// <summary>Datagrams that had come in before the failure, where several were asked for. They have been handed out.</summary>
    public int DatagramsTransferred { get; init; }

    private static string Describe(string operation, Errno errno, object? target, string? detail)
    {
        string on = target is null ? "" : $" {target}";
        return $"{operation}{on}: {detail ?? ErrnoTable.Get(errno).Meaning} ({ErrnoTable.Name(errno)}).";
    }
}
