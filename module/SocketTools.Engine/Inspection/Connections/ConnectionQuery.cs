namespace SocketTools.Inspection;

/// <summary>Which sockets to list.</summary>
/// <param name="Tcp">TCP over IPv4 and IPv6.</param>
/// <param name="Udp">UDP over IPv4 and IPv6.</param>
/// <param name="Raw">Raw IP sockets.</param>
/// <param name="Unix">Unix domain sockets.</param>
/// <param name="States">A bit for each state, by its number in Linux.</param>
/// <param name="LocalPort">Only this port, where the system can choose by it; 0 for any.</param>
/// <param name="RemotePort">Only this port of the other side; 0 for any.</param>
internal sealed record ConnectionQuery(bool Tcp = true, bool Udp = true, bool Raw = true, bool Unix = true, uint States = uint.MaxValue, int LocalPort = 0, int RemotePort = 0);
