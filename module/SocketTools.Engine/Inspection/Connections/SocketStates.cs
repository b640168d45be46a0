namespace SocketTools.Inspection;

/// <summary>The states of sockets by number, as Linux has them (tcp_states.h), and their names in RFC 9293, section 3.3.2, with an underscore where it has a hyphen.</summary>
internal static class SocketStates
{
    public const int Established = 1;
    public const int Close = 7;
    public const int Listen = 10;

    /// <summary>The names, for completion and for checking what a person gives.</summary>
    public static readonly string[] Names =
        ["ESTABLISHED", "SYN_SENT", "SYN_RECEIVED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSED", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "UNCONN"];

    private static readonly string[] s_byNumber =
        ["UNKNOWN", "ESTABLISHED", "SYN_SENT", "SYN_RECEIVED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSED", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECEIVED", "CLOSED"];

    /// <summary>The name of a state; a number that has none stays one. A socket of datagrams that is "closed" only has no peer.</summary>
    public static string Name(int number, bool stream) =>
        number == Close && !stream ? "UNCONN"
        : number > 0 && number < s_byNumber.Length ? s_byNumber[number]
        : number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The bits of the states of a name, for the kernel to choose by.</summary>
    public static uint Bits(string name)
    {
        uint bits = 0;
        for (int number = 1; number < s_byNumber.Length; number++)
        {
            bits |= s_byNumber[number] == name || (name == "UNCONN" && number == Close) ? 1u << number : 0;
        }

        return bits;
    }

    /// <summary>The owner as the kernel tells it: of a socket that no process holds (TIME_WAIT, one that waits to be accepted) it says 0, which would be root.</summary>
    public static uint? User(uint told, ulong inode) => told == 0 && inode == 0 ? null : told;
}
