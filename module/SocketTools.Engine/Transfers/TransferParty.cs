using System.Net;
using System.Net.Sockets;

namespace SocketTools.Transfers;

/// <summary>One end of a conversation: who it is, and what it logged. It lasts beyond the channel, so that a receive still finds a sender that has closed.</summary>
internal sealed class TransferParty
{
    private TransferEntry[]? _entries;
    private long _forgotten;

    /// <summary>Looks at a channel as it is now.</summary>
    public TransferParty(SocketChannel channel)
    {
        (Local, Remote) = channel.Names();
        Descriptor = channel.Descriptor;
        Family = channel.AddressFamily;
        Type = channel.SocketType;
        Log = channel.Transfers;
        Order = channel.ConnectionOrder;
        Pair = channel.PairNumber;
    }

    public TransferLog? Log { get; }

    public int Descriptor { get; }

    public AddressFamily Family { get; }

    public SocketType Type { get; }

    public EndPoint? Local { get; }

    public EndPoint? Remote { get; }

    /// <summary>Grows from connection to connection.</summary>
    public long Order { get; }

    /// <summary>The same for both ends of a socketpair(2); 0 elsewhere.</summary>
    public long Pair { get; }

    public TransferEntry[] Entries => _entries ??= Log?.Snapshot(out _forgotten) ?? [];

    public long Forgotten => Entries.Length == 0 ? 0 : _forgotten;
}
