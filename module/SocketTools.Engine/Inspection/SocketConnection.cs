using System;
using System.Net;
using SocketTools.Inspection;
using SocketTools.Native;

namespace SocketTools;

/// <summary>A socket of this machine as the kernel has it: a row of netstat(8) and ss(8). It shows one moment.</summary>
[Formatting.TypeFormatterSource]
public sealed class SocketConnection
{
    internal SocketConnection()
    {
    }

    /// <summary>tcp, udp or raw, over IPv4 and IPv6; unix, unixgram, unixpacket.</summary>
    public string Protocol { get; internal init; } = "";

    /// <summary>This side's address; null for a Unix socket. IPv4 in IPv6 is shown as the kernel has it.</summary>
    public IPAddress? LocalAddress { get; internal init; }

    /// <summary>This side's port; 0 where it has none. Of a raw socket the number of its protocol.</summary>
    public int LocalPort { get; internal init; }

    /// <summary>The other side's address, all zeros where there is no other side; null for a Unix socket.</summary>
    public IPAddress? RemoteAddress { get; internal init; }

    /// <summary>The other side's port; 0 where there is no other side.</summary>
    public int RemotePort { get; internal init; }

    /// <summary>The state by its standard name: LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, CLOSING, TIME_WAIT, CLOSED; UNCONN for a socket of datagrams without a peer.</summary>
    public string State { get; internal init; } = "";

    /// <summary>Bytes that came and were not yet received; of a listener connections that wait to be accepted. Null where the platform does not tell.</summary>
    public long? ReceiveQueue { get; internal init; }

    /// <summary>Bytes that were sent and not yet acknowledged; of a listener its backlog. Null where the platform does not tell.</summary>
    public long? SendQueue { get; internal init; }

    /// <summary>The user who owns it, by number; null where the system does not tell, such as in TIME_WAIT.</summary>
    public uint? UserId { get; internal init; }

    /// <summary>The name of that user; null where it has none.</summary>
    public string? User => UserId is { } id ? Owners is { } owners ? owners.User(id) : UserNames.Find(id) : null;

    /// <summary>The number of its inode; 0 for one that no process holds any more, such as in TIME_WAIT.</summary>
    public ulong Inode { get; internal init; }

    /// <summary>A process that holds it; null where there is none, or where it is another user's and not shown to this one.</summary>
    public int? ProcessId => Owner?.ProcessId;

    /// <summary>The name of that process.</summary>
    public string? ProcessName => Owner?.ProcessName;

    /// <summary>Its descriptor in that process.</summary>
    public int? Descriptor => Owner?.Descriptor;

    /// <summary>The interface that it is bound to, by number; 0 for none.</summary>
    public int InterfaceIndex { get; internal init; }

    /// <summary>What its timer waits for.</summary>
    public SocketConnectionTimer Timer { get; internal init; }

    /// <summary>How long the timer still runs; null where none does.</summary>
    public TimeSpan? TimerExpires { get; internal init; }

    /// <summary>How often data were sent again, or the peer was asked, since it last answered.</summary>
    public int Retransmits { get; internal init; }

    /// <summary>Datagrams that were dropped because nobody received them in time; null where the platform does not tell.</summary>
    public long? Dropped { get; internal init; }

    /// <summary>The path of a Unix socket, or <c>@name</c>; null for one without a name, and for every other.</summary>
    public string? Path { get; internal init; }

    /// <summary>The inode of the Unix socket at the other end; 0 where there is none.</summary>
    public ulong PeerInode { get; internal init; }

    internal SocketOwners? Owners { get; init; }

    /// <summary>The algorithm of congestion control, where it was asked for.</summary>
    internal string? Congestion { get; init; }

    /// <summary>Who held it when it was looked for early, because later it might be gone.</summary>
    internal SocketOwner? KnownOwner { get; set; }

    /// <summary>The first of the processes that hold it.</summary>
    internal SocketOwner? Owner => KnownOwner ?? Owners?.Find(Inode);

    /// <summary>Tells two sockets apart that have the same addresses; 0 where the kernel gives none.</summary>
    internal ulong Cookie { get; init; }

    /// <summary>Protocol, both ends and state in a line.</summary>
    public override string ToString() => LocalAddress is null
        ? $"{Protocol} {Path ?? $"inode {Inode}"} {State}"
        : $"{Protocol} {new IPEndPoint(LocalAddress, LocalPort)} {new IPEndPoint(RemoteAddress!, RemotePort)} {State}";
}
