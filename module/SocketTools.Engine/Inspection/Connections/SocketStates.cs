namespace SocketTools.Inspection;

/// <summary>The states of sockets by number, as Linux has them (tcp_states.h), and their standard names.</summary>
internal static class SocketStates
{
    public const int Established = 1;
    public const int Close = 7;
    public const int Listen = 10;

    /// <summary>The names, for completion and for checking what a person gives.</summary>
    public static readonly string[] Names =
        ["ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "UNCONN"];

    private static readonly string[] s_byNumber =
        ["UNKNOWN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV", "CLOSE"];

    /// <summary>The name of a state. A socket of datagrams that is "closed" only has no peer.</summary>
    public static string Name(int number, bool stream) =>
        number == Close && !stream ? "UNCONN" : number >= 0 && number < s_byNumber.Length ? s_byNumber[number] : "UNKNOWN";
}
