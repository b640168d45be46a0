using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Transfers;

/// <summary>Finds out which party is at the other end of a connection.</summary>
internal static class TransferPairing
{
    /// <summary>The other end, or null where it is in another process, or cannot be told from others.</summary>
    public static TransferParty? PeerOf(TransferParty party, IReadOnlyList<TransferParty> all)
    {
        if (party.Pair != 0)
        {
            return all.FirstOrDefault(p => p.Pair == party.Pair && p.Log != party.Log);
        }

        if (party.Local is null || party.Remote is null || party.Type == SocketType.Dgram)
        {
            return null;
        }

        if (party.Family != AddressFamily.Unix || (Name(party.Local) != "" && Name(party.Remote) != ""))
        {
            // The newest one: a port may have been that of an earlier connection.
            return all.Where(p => p.Type == party.Type && p.Log != party.Log && Same(p.Local, party.Remote) && Same(p.Remote, party.Local)).MaxBy(static p => p.Order);
        }

        return Name(party.Local) + Name(party.Remote) == "" ? null : AtSamePath(party, all);
    }

    // A Unix client has no name of its own. The kernel hands connections to accept(2) in the order in which they were made; so the ends are
    // told apart by that order, as long as each connection to the path has both ends here.
    private static TransferParty? AtSamePath(TransferParty party, IReadOnlyList<TransferParty> all)
    {
        string path = Name(party.Local) + Name(party.Remote);
        List<TransferParty> clients = [.. all.Where(p => At(p, p.Remote, p.Local)).OrderBy(static p => p.Order)];
        List<TransferParty> accepted = [.. all.Where(p => At(p, p.Local, p.Remote)).OrderBy(static p => p.Order)];
        if (clients.Count != accepted.Count)
        {
            return null;
        }

        int index = clients.IndexOf(party);
        return index >= 0 ? accepted[index] : clients[accepted.IndexOf(party)];

        bool At(TransferParty p, EndPoint? named, EndPoint? unnamed) =>
            p.Family == AddressFamily.Unix && p.Type == party.Type && p.Pair == 0 && p.Order > 0
            && named is not null && Name(named) == path && unnamed is not null && Name(unnamed) == "";
    }

    /// <summary>The sends of datagrams from an address to another, with their senders, in order.</summary>
    public static List<(TransferParty Sender, TransferEntry Send)> Datagrams(EndPoint source, EndPoint destination, IReadOnlyList<TransferParty> all) =>
        [.. from sender in all
            where sender.Type == SocketType.Dgram && Name(source) != "" && Covers(sender.Local, source)
            from entry in sender.Entries
            where !entry.Call.Receives() && entry.Result >= 0 && Covers(destination, entry.Peer ?? sender.Remote)
            orderby entry.Ticks
            select (sender, entry)];

    private static bool Same(EndPoint? one, EndPoint? other) => one is not null && other is not null && Name(one) == Name(other);

    // A socket bound to every interface has all addresses of its port, and one in a group the address of the group.
    private static bool Covers(EndPoint? bound, EndPoint? address) => (bound, SocketChannel.Shown(address)) switch
    {
        (IPEndPoint b, IPEndPoint a) => a.Port == b.Port
            && (a.Address.Equals(b.Address) || b.Address.Equals(IPAddress.Any) || b.Address.Equals(IPAddress.IPv6Any) || IsGroup(a.Address)),
        ({ } b, { } a) => Name(b) == Name(a),
        _ => false,
    };

    private static bool IsGroup(IPAddress address) =>
        address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224);

    private static string Name(EndPoint? address) => address?.ToString() ?? "";
}
