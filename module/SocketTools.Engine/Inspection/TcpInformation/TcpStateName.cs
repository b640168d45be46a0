namespace SocketTools;

/// <summary>The states of TCP by the names of RFC 9293, section 3.3.2, with an underscore where it has a hyphen.</summary>
internal static class TcpStateName
{
    /// <summary>The name of one of the kernel's numbers (include/net/tcp_states.h); the number itself where it has none.</summary>
    public static string Of(int state) => state switch
    {
        1 => "ESTABLISHED",
        2 => "SYN_SENT",
        3 or 12 => "SYN_RECEIVED", // 12 is TCP_NEW_SYN_RECV: the same state before there is a whole socket for it.
        4 => "FIN_WAIT_1",
        5 => "FIN_WAIT_2",
        6 => "TIME_WAIT",
        7 => "CLOSED",
        8 => "CLOSE_WAIT",
        9 => "LAST_ACK",
        10 => "LISTEN",
        11 => "CLOSING",
        _ => $"{state}",
    };
}
