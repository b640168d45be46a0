using System.Net;

namespace SocketTools;

/// <summary>The result of one probe of one port.</summary>
/// <param name="Target">The endpoint that was probed; its text is what a person may connect to.</param>
/// <param name="Address">The address that gave the result; null for a Unix socket.</param>
/// <param name="Port">The port; 0 for a Unix socket.</param>
/// <param name="Service">The name of the port in the services table, or null.</param>
/// <param name="Status">What it is.</param>
/// <param name="LatencyMilliseconds">From the first packet to the answer, in milliseconds; for no answer the time that was waited.</param>
/// <param name="Reason">Why it has that status: the errno, or in words.</param>
/// <param name="Errno">What the connect gave; None for an open port.</param>
[Formatting.TypeFormatterSource]
public sealed record SocketPortProbe(
    SocketEndpoint Target, IPAddress? Address, int Port, string? Service, SocketPortStatus Status, double LatencyMilliseconds, string Reason, Errno Errno)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Target} {Status}";
}
