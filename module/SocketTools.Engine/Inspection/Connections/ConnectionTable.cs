using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;

namespace SocketTools.Inspection;

/// <summary>The sockets of this machine: on Linux by sock_diag(7), where that is not to be had by /proc/net; elsewhere what .NET tells.</summary>
internal static class ConnectionTable
{
    private static readonly (string Protocol, int Number)[] s_internet = [("tcp", 6), ("udp", 17), ("raw", 255)];
    private static readonly (int Family, string Suffix)[] s_families = [(2, ""), (10, "6")];

    /// <summary>Lists sockets, those of the Internet first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <param name="netlink">False asks /proc/net only.</param>
    public static List<SocketConnection> List(ConnectionQuery query, SystemCallTrace? trace = null, bool netlink = true)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Managed(query);
        }

        List<SocketConnection> all = [];
        SocketOwners owners = new();
        using NetlinkDiag? diag = netlink ? NetlinkDiag.Open(trace) : null;
        foreach ((string protocol, int number) in s_internet)
        {
            if (protocol switch { "tcp" => query.Tcp, "udp" => query.Udp, _ => query.Raw })
            {
                foreach ((int family, string suffix) in s_families)
                {
                    ListInternet(all, diag, query, protocol, number, family, suffix, owners, trace);
                }
            }
        }

        if (query.Unix)
        {
            if (diag is null || !diag.Ask(DiagRequest.Unix(query.States), "unix", owners, all))
            {
                all.AddRange(ProcNetReader.Unix(Lines("unix", trace), owners));
            }
        }

        return all;
    }

    private static void ListInternet(List<SocketConnection> all, NetlinkDiag? diag, ConnectionQuery query, string protocol, int number, int family, string suffix, SocketOwners owners, SystemCallTrace? trace)
    {
        if (diag is null || !diag.Ask(DiagRequest.Internet(family, number, query.States, query.LocalPort, query.RemotePort, info: false), protocol, owners, all))
        {
            // A kernel without this part of sock_diag, which is a module of its own for each of tcp, udp, raw and unix.
            all.AddRange(ProcNetReader.Internet(Lines(protocol + suffix, trace), protocol, owners));
        }
    }

    // A kernel without IPv6 has no such file.
    private static string[] Lines(string table, SystemCallTrace? trace)
    {
        string path = $"/proc/net/{table}";
        try
        {
            // The last line ends as the others do; what is behind it is no line, and no part of a path.
            string text = File.ReadAllText(path, Encoding.UTF8);
            string[] lines = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
            trace?.Invoke(new("read", $"\"{path}\"", lines.Length, Errno.None));
            return lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trace?.Invoke(new("open", $"\"{path}\"", -1, Errno.ENOENT));
            return [];
        }
    }

    // What .NET tells on macOS and Windows: addresses and states, no queues and no owners.
    private static List<SocketConnection> Managed(ConnectionQuery query)
    {
        IPGlobalProperties system = IPGlobalProperties.GetIPGlobalProperties();
        List<SocketConnection> all = [];
        if (query.Tcp)
        {
            all.AddRange(system.GetActiveTcpListeners().Select(static l => Row("tcp", l, null, "LISTEN")));
            all.AddRange(system.GetActiveTcpConnections().Where(static c => c.State != TcpState.Listen).Select(static c => Row("tcp", c.LocalEndPoint, c.RemoteEndPoint, NameOf(c.State))));
        }

        if (query.Udp)
        {
            all.AddRange(system.GetActiveUdpListeners().Select(static l => Row("udp", l, null, "UNCONN")));
        }

        return all;
    }

    private static SocketConnection Row(string protocol, IPEndPoint local, IPEndPoint? remote, string state) => new()
    {
        Protocol = protocol,
        LocalAddress = local.Address,
        LocalPort = local.Port,
        RemoteAddress = remote?.Address ?? (local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any),
        RemotePort = remote?.Port ?? 0,
        State = state,
    };

    private static string NameOf(TcpState state) => state switch
    {
        TcpState.Established => "ESTABLISHED",
        TcpState.SynSent => "SYN_SENT",
        TcpState.SynReceived => "SYN_RECEIVED",
        TcpState.FinWait1 => "FIN_WAIT_1",
        TcpState.FinWait2 => "FIN_WAIT_2",
        TcpState.TimeWait => "TIME_WAIT",
        TcpState.Closed or TcpState.DeleteTcb => "CLOSED",
        TcpState.CloseWait => "CLOSE_WAIT",
        TcpState.LastAck => "LAST_ACK",
        TcpState.Closing => "CLOSING",
        TcpState.Listen => "LISTEN",
        _ => "UNKNOWN",
    };
}
