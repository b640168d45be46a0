using System.Net;

namespace SocketTools;

/// <summary>A multicast group that a socket is in, on one interface.</summary>
/// <param name="Group">224.0.0.0 to 239.255.255.255, or ff00::/8.</param>
/// <param name="Interface">The interface by its number; 0 lets the system choose by its routes.</param>
/// <param name="Source">The only sender to hear, or null for every sender (RFC 4607).</param>
internal sealed record GroupMembership(IPAddress Group, int Interface, IPAddress? Source)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Group}, interface {Interface}{(Source is null ? "" : $", source {Source}")}";
}
