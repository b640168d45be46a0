using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace SocketTools.Inspection;

/// <summary>The tables of /proc/net (proc_net(5)). No I/O: lines in, connections out. Lines that are none are passed over.</summary>
internal static class ProcNetReader
{
    /// <summary>/proc/net/tcp, tcp6, udp, udp6, raw, raw6.</summary>
    public static IEnumerable<SocketConnection> Internet(IEnumerable<string> lines, string protocol, SocketOwners owners)
    {
        foreach (string line in lines)
        {
            if (InternetLine(line, protocol, owners) is { } connection)
            {
                yield return connection;
            }
        }
    }

    /// <summary>/proc/net/unix. A path may hold spaces and line feeds: a line that is no row goes on the path before it.</summary>
    public static IEnumerable<SocketConnection> Unix(IEnumerable<string> lines, SocketOwners owners)
    {
        string? row = null;
        foreach (string line in lines)
        {
            if (IsUnixRow(line))
            {
                if (row is not null && UnixLine(row, owners) is { } connection)
                {
                    yield return connection;
                }

                row = line;
            }
            else if (row is not null)
            {
                row += "\n" + line;
            }
        }

        if (row is not null && UnixLine(row, owners) is { } last)
        {
            yield return last;
        }
    }

    private static SocketConnection? InternetLine(string line, string protocol, SocketOwners owners)
    {
        // sl: local remote st tx:rx tr:when retransmits uid timeout inode ...
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 10 || !words[0].EndsWith(':') || !TryAddress(words[1], out IPAddress? local, out int localPort) || !TryAddress(words[2], out IPAddress? remote, out int remotePort)
            || !TryHex(words[3], out uint state) || !TryPair(words[4], out uint sent, out uint received) || !TryPair(words[5], out uint timer, out uint when)
            || !TryHex(words[6], out uint retransmits) || !uint.TryParse(words[7], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
            || !ulong.TryParse(words[9], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
        {
            return null;
        }

        bool stream = protocol == "tcp";
        return new SocketConnection
        {
            Protocol = protocol,
            LocalAddress = local,
            LocalPort = localPort,
            RemoteAddress = remote,
            RemotePort = remotePort,
            State = SocketStates.Name((int)state, stream),

            // A listener has its backlog nowhere in this table.
            ReceiveQueue = received,
            SendQueue = stream && state == SocketStates.Listen ? null : sent,
            UserId = SocketStates.User(user, inode),
            Inode = inode,
            Timer = stream && timer <= (uint)SocketConnectionTimer.ZeroWindow ? (SocketConnectionTimer)timer : SocketConnectionTimer.None,
            TimerExpires = stream && timer != 0 ? TimeSpan.FromSeconds(when / 100.0) : null, // in ticks of 10 ms (USER_HZ)
            Retransmits = (int)Math.Min(retransmits, int.MaxValue),
            Dropped = !stream && words.Length > 12 && long.TryParse(words[12], NumberStyles.None, CultureInfo.InvariantCulture, out long dropped) ? dropped : null,
            Owners = owners,
        };
    }

    // 0000000000000000: 00000002 00000000 00010000 0001 01 20464 /run/x
    private static bool IsUnixRow(string line)
    {
        string[] words = line.Split(' ', 8, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 7 && words[0].Length >= 9 && words[0].EndsWith(':') && TryHex(words[3], out _) && TryHex(words[4], out _) && TryHex(words[5], out _)
            && ulong.TryParse(words[6], NumberStyles.None, CultureInfo.InvariantCulture, out _) && TryHex64(words[0].AsSpan()[..^1]);
    }

    private static SocketConnection? UnixLine(string row, SocketOwners owners)
    {
        const uint Accepts = 0x10000; // __SO_ACCEPTCON
        const int Connecting = 2; // SS_CONNECTING: connected, and not yet accepted
        const int Connected = 3; // SS_CONNECTED
        string[] words = row.Split(' ', 7, StringSplitOptions.RemoveEmptyEntries);
        if (!TryHex(words[3], out uint flags) || !TryHex(words[4], out uint type) || !TryHex(words[5], out uint state))
        {
            return null;
        }

        // Behind the inode stands one space, and then the path with whatever spaces it has.
        string rest = words[6];
        int space = rest.IndexOf(' ', StringComparison.Ordinal);
        string number = space < 0 ? rest : rest[..space];
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
        {
            return null;
        }

        return new SocketConnection
        {
            Protocol = DiagReader.UnixProtocol((int)type),
            State = (flags & Accepts) != 0 ? "LISTEN" : state is Connecting or Connected ? "ESTABLISHED" : "UNCONN",
            Inode = inode,
            Path = space < 0 || space == rest.Length - 1 ? null : rest[(space + 1)..],
            Owners = owners,
        };
    }

    private static bool TryAddress(string text, out IPAddress? address, out int port)
    {
        (address, port) = (null, 0);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32) || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out port) || port is < 0 or > ushort.MaxValue)
        {
            return false;
        }

        // Each four bytes are printed as a number of this machine.
        byte[] bytes = new byte[colon / 2];
        for (int i = 0; i < bytes.Length; i += 4)
        {
            if (!uint.TryParse(text.AsSpan(2 * i, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint part))
            {
                return false;
            }

            MemoryMarshal.Write(bytes.AsSpan(i), part);
        }

        address = new IPAddress(bytes);
        return true;
    }

    private static bool TryPair(string text, out uint first, out uint second)
    {
        (first, second) = (0, 0);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && TryHex(text.AsSpan(0, colon), out first) && TryHex(text.AsSpan(colon + 1), out second);
    }

    private static bool TryHex64(ReadOnlySpan<char> text) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);

    private static bool TryHex(ReadOnlySpan<char> text, out uint number) => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
