using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;

namespace SocketTools.Transfers;

/// <summary>Puts the logs of channels together: every call in the order of time, each receive with the sends that it came from.</summary>
internal sealed class TransferTrace
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.Now;
    private static readonly long s_startTicks = Stopwatch.GetTimestamp();

    private readonly List<(SocketTransfer Transfer, long Ticks)> _all = [];
    private readonly List<TransferParty> _parties = [];

    private TransferTrace(IReadOnlyList<SocketChannel> channels)
    {
        // Those asked for and all that may be their peers, each once.
        foreach (SocketChannel channel in channels.Union(OpenSockets.Channels))
        {
            _parties.Add(new TransferParty(channel));
        }

        HashSet<TransferLog?> known = [.. _parties.Select(static p => p.Log)];
        _parties.AddRange(ClosedParties.All().Where(p => !known.Contains(p.Log)));
        for (int i = 0; i < channels.Count; i++)
        {
            Add(channels[i], _parties[i]);
        }
    }

    /// <summary>The calls of some channels, by time; those of the receives with their parts.</summary>
    public static IReadOnlyList<SocketTransfer> Of(IReadOnlyList<SocketChannel> channels) =>
        new TransferTrace(channels.Distinct().ToArray())._all.OrderBy(static t => t.Ticks).ThenBy(static t => t.Transfer.Direction).Select(static t => t.Transfer).ToArray();

    private void Add(SocketChannel channel, TransferParty party)
    {
        TransferParty? peer = TransferPairing.PeerOf(party, _parties);
        Dictionary<string, Queue<(TransferParty, TransferEntry)>> datagrams = [];

        // recv(2) does not tell the sender: which of the sends it took away cannot be said, and so not which the others are.
        bool told = party.Remote is not null || !party.Entries.Any(static e => e.Call.Receives() && e.Result >= 0 && e.Peer is null);
        foreach (TransferEntry entry in party.Entries)
        {
            SocketTransfer transfer = ToTransfer(channel, entry);
            long ticks = entry.Ticks;
            if (entry.Call.Receives() && entry.Result > 0)
            {
                (transfer.Parts, long sent) = peer is { Log: not null }
                    ? channel.IsStream ? OfStream(entry, peer) : OfMessage(entry, peer)
                    : channel.SocketType == SocketType.Dgram && told ? OfDatagram(entry, party, datagrams) : ([], 0);
                ticks = Math.Max(ticks, sent); // A receiver may be back from its call before the sender is: yet the send was first.
            }

            _all.Add((transfer, ticks));
        }
    }

    private static SocketTransfer ToTransfer(SocketChannel channel, TransferEntry entry) => new()
    {
        Time = s_start + Stopwatch.GetElapsedTime(s_startTicks, entry.Ticks),
        Channel = channel,
        Call = entry.Call.Name(),
        Direction = entry.Call.Receives() ? SocketTransferDirection.Receive : SocketTransferDirection.Send,
        Number = entry.Number,
        Requested = entry.Requested,
        Bytes = Math.Max(entry.Result, 0),
        Errno = entry.Result < 0 ? (Errno)(-entry.Result) : Errno.None,
        Offset = channel.IsStream ? entry.Offset : null,
        Peer = entry.Peer,
    };

    // Bytes are the same ones where their places in the stream are.
    private static (IReadOnlyList<SocketTransferPart> Parts, long Ticks) OfStream(TransferEntry receive, TransferParty peer)
    {
        List<SocketTransferPart> parts = [];
        long ticks = 0;
        long at = receive.Offset;
        long end = receive.Offset + receive.Result;
        foreach (TransferEntry send in peer.Entries)
        {
            long from = Math.Max(at, send.Offset);
            long to = Math.Min(end, send.Offset + send.Result);
            if (send.Call.Receives() || from >= to)
            {
                continue;
            }

            if (from > at)
            {
                parts.Add(new SocketTransferPart(peer.Descriptor, 0, (int)(from - at), 0));
            }

            parts.Add(new SocketTransferPart(peer.Descriptor, send.Number, (int)(to - from), send.Result));
            at = to;
            ticks = send.Ticks;
        }

        if (at < end)
        {
            parts.Add(new SocketTransferPart(peer.Descriptor, 0, (int)(end - at), 0));
        }

        return (parts, ticks);
    }

    // On a connection that keeps boundaries nothing is lost: the places in the order are the same.
    private static (IReadOnlyList<SocketTransferPart> Parts, long Ticks) OfMessage(TransferEntry receive, TransferParty peer)
    {
        foreach (TransferEntry send in peer.Entries)
        {
            if (!send.Call.Receives() && send.Result >= 0 && send.Offset == receive.Offset)
            {
                return (new[] { new SocketTransferPart(peer.Descriptor, send.Number, receive.Result, send.Result) }, send.Ticks);
            }
        }

        return ([], 0);
    }

    // Datagrams from one sender come in order, where they come at all: one whose length does not fit was lost on the way.
    private (IReadOnlyList<SocketTransferPart> Parts, long Ticks) OfDatagram(
        TransferEntry receive, TransferParty party, Dictionary<string, Queue<(TransferParty Sender, TransferEntry Send)>> senders)
    {
        if ((receive.Peer ?? party.Remote) is not { } from || party.Local is null || party.Forgotten > 0)
        {
            return ([], 0);
        }

        string name = from.ToString() ?? "";
        if (!senders.TryGetValue(name, out Queue<(TransferParty Sender, TransferEntry Send)>? sends))
        {
            List<(TransferParty Sender, TransferEntry Send)> found = TransferPairing.Datagrams(from, party.Local, _parties);
            senders[name] = sends = new(found.Any(static f => f.Sender.Forgotten > 0) ? [] : found);
        }

        while (sends.TryDequeue(out (TransferParty Sender, TransferEntry Send) next))
        {
            int sent = next.Send.Result;
            if (sent == receive.Result || (sent > receive.Result && receive.Result >= receive.Requested))
            {
                return (new[] { new SocketTransferPart(next.Sender.Descriptor, next.Send.Number, receive.Result, sent) }, next.Send.Ticks);
            }
        }

        return ([], 0);
    }
}
