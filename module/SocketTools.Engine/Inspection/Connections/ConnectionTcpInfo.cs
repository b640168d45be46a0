using System.Net.Sockets;

namespace SocketTools.Inspection;

/// <summary>TCP_INFO of a connection of the machine, whichever process holds it (sock_diag(7)).</summary>
internal static class ConnectionTcpInfo
{
    /// <summary>What the kernel knows of it now.</summary>
    /// <exception cref="SocketCallException">EOPNOTSUPP: it is none of TCP, is in TIME_WAIT, or the system does not tell. ENOTCONN: it is gone.</exception>
    public static SocketTcpInfo Get(SocketConnection connection, SystemCallTrace? trace)
    {
        if (connection.Protocol != "tcp")
        {
            throw new SocketCallException("sock_diag", Errno.EOPNOTSUPP, connection, $"A {connection.Protocol} socket has no TCP_INFO") { Advice = "Give a TCP connection." };
        }

        using NetlinkDiag? diag = NetlinkDiag.Open(trace);
        int family = connection.LocalAddress!.AddressFamily == AddressFamily.InterNetwork ? 2 : 10;
        byte[] request = DiagRequest.Internet(family, 6, uint.MaxValue, connection.LocalPort, connection.RemotePort, info: true);
        SocketTcpInfo? info = null;
        bool there = false;
        bool answered = diag?.Ask(request, "tcp", connection.Owners ?? new SocketOwners(), (found, bytes) =>
        {
            if (IsSame(connection, found))
            {
                there = true;
                info = bytes.IsEmpty ? null : SocketTcpInfo.Read(bytes) with { Connection = found, CongestionAlgorithm = found.Congestion };
            }
        }) == true;
        return info ?? throw (answered, there) switch
        {
            (false, _) => new SocketCallException("sock_diag", Errno.EOPNOTSUPP, connection, "This system does not tell TCP_INFO of connections") { Advice = "Of a channel it does: Get-SocketTcpInfo $channel." },
            (_, true) => new SocketCallException("sock_diag", Errno.EOPNOTSUPP, connection, "A connection in TIME_WAIT has no TCP_INFO any more") { Advice = "Ask while it is open." },
            _ => new SocketCallException("sock_diag", Errno.ENOTCONN, connection, "The connection is gone") { Advice = "Get-SocketConnection lists those that are there." },
        };
    }

    private static bool IsSame(SocketConnection one, SocketConnection other) =>
        one.LocalPort == other.LocalPort && one.RemotePort == other.RemotePort && one.LocalAddress!.Equals(other.LocalAddress) && one.RemoteAddress!.Equals(other.RemoteAddress)
        && (one.Inode == other.Inode || other.Inode == 0);
}
