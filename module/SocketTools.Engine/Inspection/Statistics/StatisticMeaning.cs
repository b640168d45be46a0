using System;
using System.Globalization;

namespace SocketTools;

/// <summary>
/// What each counter means, in one plain sentence: RFC 4293 for IP and ICMP, RFC 4022 for TCP, RFC 4113 for UDP, and for what Linux adds its
/// Documentation/networking/snmp_counter.rst and the places that count.
/// </summary>
internal static partial class StatisticMeaning
{
    /// <summary>The meaning, or an empty text for a counter that is not known here.</summary>
    public static string Of(string protocol, string name) => protocol switch
    {
        "Ip" => Ip(name),
        "Ip6" => Ip6(name),
        "IpExt" => IpExt(name),
        "Icmp" => Icmp(name),
        "IcmpMsg" => Types(name, "ICMP", IcmpType),
        "Icmp6" => Icmp6(name) is { Length: > 0 } known ? known : Types(name, "ICMPv6", Icmp6Type),
        "Tcp" or "Tcp6" => Tcp(name),
        "TcpExt" => TcpExt(name),
        "MPTcpExt" => MPTcpExt(name),
        "Udp" or "Udp6" => Udp(name),
        "UdpLite" or "UdpLite6" => Udp(name) is { Length: > 0 } plain ? $"UDP-Lite: {plain}" : "",
        _ => "",
    };

    // InType3, OutType135: one for each type of message that was seen.
    private static string Types(string name, string family, Func<int, string> word)
    {
        bool received = name.StartsWith("InType", StringComparison.Ordinal);
        return (received || name.StartsWith("OutType", StringComparison.Ordinal))
            && int.TryParse(name.AsSpan(received ? 6 : 7), NumberStyles.None, CultureInfo.InvariantCulture, out int type)
                ? $"{family} messages of type {type}{(word(type) is { Length: > 0 } known ? $" ({known})" : "")} {(received ? "received" : "sent")}."
                : "";
    }

    private static string Tcp(string name) => name switch
    {
        "RtoAlgorithm" => "Algorithm of the retransmission timeout: 1 other, 2 constant, 3 rsre, 4 Van Jacobson's, 5 that of RFC 2988.",
        "RtoMin" => "Shortest retransmission timeout, in milliseconds.",
        "RtoMax" => "Longest retransmission timeout, in milliseconds.",
        "MaxConn" => "Limit of connections; -1 when it is not fixed.",
        "ActiveOpens" => "Connections that were begun from here: CLOSED to SYN_SENT.",
        "PassiveOpens" => "Connections that a listener took: LISTEN to SYN_RECEIVED.",
        "AttemptFails" => "Connections that failed while they were being made.",
        "EstabResets" => "Connections that ended by a reset from ESTABLISHED or CLOSE_WAIT.",
        "CurrEstab" => "Connections that are now in ESTABLISHED or CLOSE_WAIT.",
        "InSegs" => "Segments received, those with errors included.",
        "OutSegs" => "Segments sent, those that only repeat data not included.",
        "RetransSegs" => "Segments sent again.",
        "InErrs" => "Segments received with an error, such as a bad checksum.",
        "OutRsts" => "Segments sent with the RST flag.",
        "InCsumErrors" => "Segments received with a bad checksum.",
        _ => "",
    };

    private static string Udp(string name) => name switch
    {
        "InDatagrams" => "Datagrams delivered to programs.",
        "NoPorts" => "Datagrams received for a port at which nobody was.",
        "InErrors" => "Datagrams that could not be delivered for another reason than a missing port.",
        "OutDatagrams" => "Datagrams sent.",
        "RcvbufErrors" => "Datagrams dropped because the receive buffer of the socket was full.",
        "SndbufErrors" => "Datagrams not sent because the send buffer or the memory was full.",
        "InCsumErrors" => "Datagrams dropped because of a bad checksum.",
        "IgnoredMulti" => "Multicast or broadcast datagrams that no socket wanted.",
        "MemErrors" => "Datagrams dropped because the memory for UDP as a whole was used up.",
        _ => "",
    };
}
