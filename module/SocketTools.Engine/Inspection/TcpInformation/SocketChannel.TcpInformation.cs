using System;
using System.Net.Sockets;
using System.Text;

namespace SocketTools;

public sealed partial class SocketChannel
{
    // More than any kernel has to tell as yet; the kernel says how much it was.
    private const int TcpInfoSize = 512;
    private const int CongestionNameSize = 16; // TCP_CA_NAME_MAX

    private static readonly SocketOptionKey s_tcpInfo = new(6, 11, "IPPROTO_TCP", "TCP_INFO");
    private static readonly SocketOptionKey s_tcpCongestion = new(6, 13, "IPPROTO_TCP", "TCP_CONGESTION");

    /// <summary>What the kernel knows of this end of a TCP connection (TCP_INFO, tcp(7)). A listener has it too.</summary>
    /// <exception cref="SocketCallException">EOPNOTSUPP: no TCP socket, or not Linux. EBADF.</exception>
    public SocketTcpInfo GetTcpInfo(SystemCallTrace? trace = null)
    {
        CheckOpen("getsockopt");
        if (SocketType != SocketType.Stream || AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new SocketCallException("getsockopt", Errno.EOPNOTSUPP, ToTarget(), $"A {Protocol} socket has no TCP_INFO") { Advice = "Give a TCP socket." };
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new SocketCallException("getsockopt", Errno.EOPNOTSUPP, ToTarget(), "Only Linux tells TCP_INFO") { Advice = "Run it on Linux." };
        }

        return SocketTcpInfo.Read(GetRawOption(s_tcpInfo, TcpInfoSize, trace)) with { Channel = this, CongestionAlgorithm = CongestionAlgorithm(trace) };
    }

    private string? CongestionAlgorithm(SystemCallTrace? trace)
    {
        byte[] name = GetRawOption(s_tcpCongestion, CongestionNameSize, trace);
        int end = Array.IndexOf(name, (byte)0);
        return end == 0 ? null : Encoding.ASCII.GetString(name, 0, end < 0 ? name.Length : end);
    }
}
