namespace SocketTools.Capture;

/// <summary>The states of RFC 9293, section 3.3.2.</summary>
internal enum TcpState
{
    Unknown,
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
}

internal static class TcpStates
{
    private static readonly string?[] s_names =
        [null, "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"];

    /// <summary>The name that the other commands have for it; null where it is not known.</summary>
    public static string? Name(this TcpState state) => s_names[(int)state];
}
