using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SocketTools.Inspection;

/// <summary>The questions of sock_diag(7), as bytes.</summary>
internal static class DiagRequest
{
    /// <summary>SOCK_DIAG_BY_FAMILY with NLM_F_REQUEST and NLM_F_DUMP, for Internet sockets (struct inet_diag_req_v2).</summary>
    /// <param name="family">2 or 10.</param>
    /// <param name="protocol">6, 17 or 255.</param>
    /// <param name="states">A bit for each state by its number.</param>
    /// <param name="localPort">0 for any.</param>
    /// <param name="remotePort">0 for any.</param>
    /// <param name="info">Whether to tell TCP_INFO too.</param>
    public static byte[] Internet(int family, int protocol, uint states, int localPort, int remotePort, bool info)
    {
        const int MemoryInfo = 1 << 6; // INET_DIAG_SKMEMINFO, less one
        const int TcpInfo = (1 << 1) | (1 << 3); // INET_DIAG_INFO and INET_DIAG_CONG, less one each
        byte[] request = Header(72);
        request[16] = (byte)family;
        request[17] = (byte)protocol;
        request[18] = (byte)((protocol == 17 ? MemoryInfo : 0) | (info ? TcpInfo : 0));
        MemoryMarshal.Write(request.AsSpan(20), states);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(24), (ushort)localPort);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(26), (ushort)remotePort);
        request.AsSpan(64, 8).Fill(0xFF); // INET_DIAG_NOCOOKIE
        return request;
    }

    /// <summary>The same for Unix sockets (struct unix_diag_req): names, peers, queues and users.</summary>
    public static byte[] Unix(uint states)
    {
        const uint Show = 0x1 | 0x4 | 0x10 | 0x40; // UDIAG_SHOW_NAME, _PEER, _RQLEN, _UID
        byte[] request = Header(40);
        request[16] = 1;
        MemoryMarshal.Write(request.AsSpan(20), states);
        MemoryMarshal.Write(request.AsSpan(28), Show);
        request.AsSpan(32, 8).Fill(0xFF);
        return request;
    }

    private static byte[] Header(int length)
    {
        const ushort SOCK_DIAG_BY_FAMILY = 20;
        const ushort RequestAndDump = 0x301;
        byte[] request = new byte[length];
        MemoryMarshal.Write(request.AsSpan(), length);
        MemoryMarshal.Write(request.AsSpan(4), SOCK_DIAG_BY_FAMILY);
        MemoryMarshal.Write(request.AsSpan(6), RequestAndDump);
        MemoryMarshal.Write(request.AsSpan(8), 1);
        return request;
    }
}
