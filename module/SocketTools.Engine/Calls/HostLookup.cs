using System.Net;

namespace SocketTools.Calls;

/// <summary>What a look-up of a name gave.</summary>
/// <param name="Errno">Why it failed, or None.</param>
/// <param name="Addresses">In the order of getaddrinfo; none where it failed.</param>
/// <param name="CanonicalName">The name that the host is an alias of, where it was asked for.</param>
internal readonly record struct HostLookup(Errno Errno, IPAddress[] Addresses, string? CanonicalName);
