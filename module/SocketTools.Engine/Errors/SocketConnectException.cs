using System.Collections.Generic;
using System.Linq;
using System.Net;

namespace SocketTools;

/// <summary>One address that was tried, and how it failed.</summary>
/// <param name="Address">The address of the kernel.</param>
/// <param name="Errno">Why it failed.</param>
public sealed record ConnectAttempt(EndPoint Address, Errno Errno)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {ErrnoTable.Get(Errno).Meaning} ({ErrnoTable.Name(Errno)})";
}

/// <summary>A connect that failed at every address.</summary>
public sealed class SocketConnectException : SocketCallException
{
    internal SocketConnectException(SocketEndpoint endpoint, IReadOnlyList<ConnectAttempt> attempts)
        : base("connect", Telling(attempts), endpoint, Describe(attempts)) => Attempts = attempts;

    /// <summary>Each address that was tried, in the order of the failures.</summary>
    public IReadOnlyList<ConnectAttempt> Attempts { get; }

    // An address that this machine has no route to says less than one where a host answered, or none did.
    private static Errno Telling(IReadOnlyList<ConnectAttempt> attempts) =>
        attempts.Select(static a => a.Errno)
            .OrderBy(static e => e is Errno.ENETUNREACH or Errno.EHOSTUNREACH or Errno.EADDRNOTAVAIL or Errno.EAFNOSUPPORT)
            .First();

    private static string? Describe(IReadOnlyList<ConnectAttempt> attempts) => attempts.Count == 1
        ? null
        : $"No address answered: {string.Join("; ", attempts)}";
}
