using System.Collections.Generic;
using System.Net.NetworkInformation;

namespace SocketTools;

/// <summary>A network interface as it was when it was asked (netdevice(7)).</summary>
/// <param name="Name">Its name: lo, eth0.</param>
/// <param name="Index">Its number, which the zone of an IPv6 address names too.</param>
/// <param name="State">Whether packets pass.</param>
/// <param name="Type">Loopback, Ethernet, Tunnel ….</param>
/// <param name="Mtu">The largest packet in bytes; null where the system does not tell.</param>
/// <param name="MacAddress">The hardware address with colons; null where there is none.</param>
/// <param name="MacAdministration">Who gave it; null for what is no address of 6 or 8 bytes.</param>
/// <param name="Addresses">Addresses with their prefixes.</param>
/// <param name="ScopeId">The zone of its link-local IPv6 addresses; 0 where it has no IPv6.</param>
/// <param name="SupportsMulticast">Whether it takes datagrams to groups.</param>
/// <param name="IsLoopback">Whether what is sent there comes back here.</param>
/// <param name="Received">What came in.</param>
/// <param name="Sent">What went out.</param>
[Formatting.TypeFormatterSource]
public sealed record SocketInterface(
    string Name, int Index, SocketInterfaceState State, NetworkInterfaceType Type, int? Mtu, string? MacAddress, SocketMacAdministration? MacAdministration,
    IReadOnlyList<SocketInterfaceAddress> Addresses, long ScopeId, bool SupportsMulticast, bool IsLoopback, SocketInterfaceCounters Received, SocketInterfaceCounters Sent)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What passed an interface one way since it was made. Null is what the system does not count.</summary>
/// <param name="Bytes">Bytes, with the headers of the link.</param>
/// <param name="Packets">Packets.</param>
/// <param name="Errors">Packets that were broken, or could not be sent.</param>
/// <param name="Drops">Packets that were whole and thrown away.</param>
public sealed record SocketInterfaceCounters(long? Bytes, long? Packets, long? Errors, long? Drops)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Bytes} bytes, {Packets} packets, {Errors} errors, {Drops} drops";
}
