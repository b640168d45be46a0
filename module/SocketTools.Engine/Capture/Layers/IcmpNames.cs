namespace SocketTools;

/// <summary>Types and codes of ICMP in words (IANA "icmp-parameters" and "icmpv6-parameters").</summary>
internal static class IcmpNames
{
    public static string Type(bool six, byte type) => six ? TypeOf6(type) : type switch
    {
        0 => "echo reply",
        3 => "destination unreachable",
        4 => "source quench",
        5 => "redirect",
        8 => "echo request",
        9 => "router advertisement",
        10 => "router solicitation",
        11 => "time exceeded",
        12 => "parameter problem",
        13 => "time stamp request",
        14 => "time stamp reply",
        15 => "information request",
        16 => "information reply",
        17 => "address mask request",
        18 => "address mask reply",
        _ => $"type {type}",
    };

    public static string? Code(bool six, byte type, byte code) => (six, type, code) switch
    {
        (false, 3, 0) => "network unreachable",
        (false, 3, 1) => "host unreachable",
        (false, 3, 2) => "protocol unreachable",
        (false, 3, 3) => "port unreachable",
        (false, 3, 4) => "fragmentation needed",
        (false, 3, 5) => "source route failed",
        (false, 3, 6) => "network unknown",
        (false, 3, 7) => "host unknown",
        (false, 3, 9) => "network prohibited",
        (false, 3, 10) => "host prohibited",
        (false, 3, 13) => "communication prohibited",
        (false, 5, 0) => "for the network",
        (false, 5, 1) => "for the host",
        (false, 5, 2) => "for the service and network",
        (false, 5, 3) => "for the service and host",
        (false, 11, 0) => "in transit",
        (false, 11, 1) => "in reassembly",
        (false, 12, 0) => "at the pointer",
        (false, 12, 1) => "an option is missing",
        (false, 12, 2) => "bad length",
        (true, 1, 0) => "no route",
        (true, 1, 1) => "communication prohibited",
        (true, 1, 2) => "beyond the scope of the source",
        (true, 1, 3) => "address unreachable",
        (true, 1, 4) => "port unreachable",
        (true, 1, 5) => "source address failed policy",
        (true, 1, 6) => "route rejected",
        (true, 3, 0) => "in transit",
        (true, 3, 1) => "in reassembly",
        (true, 4, 0) => "wrong field",
        (true, 4, 1) => "next header not known",
        (true, 4, 2) => "option not known",
        _ => null,
    };

    public static string Summary(IcmpLayer icmp)
    {
        string text = icmp.CodeName is { } code ? $"{icmp.TypeName}, {code}" : icmp.Code == 0 ? icmp.TypeName : $"{icmp.TypeName}, code {icmp.Code}";
        if (icmp.Identifier is { } id)
        {
            text += $", id {id}, seq {icmp.SequenceNumber}";
        }

        if (icmp.Mtu is { } mtu)
        {
            text += $", MTU {mtu}";
        }

        if (icmp.TargetAddress is { } target)
        {
            text += $", {target}";
        }

        if (icmp.Groups.Count > 0)
        {
            text += $", {icmp.Groups[0]}{(icmp.Groups.Count == 1 ? "" : $" and {icmp.Groups.Count - 1} more")}";
        }

        if (icmp.Gateway is { } gateway)
        {
            text += $", to {gateway}";
        }

        if (icmp.Quoted is { Ip: not null } quoted)
        {
            text += $", about {quoted.Protocol} {quoted.Source} > {quoted.Destination}";
        }

        return $"{text}, length {icmp.Length}";
    }

    private static string TypeOf6(byte type) => type switch
    {
        1 => "destination unreachable",
        2 => "packet too big",
        3 => "time exceeded",
        4 => "parameter problem",
        128 => "echo request",
        129 => "echo reply",
        130 => "multicast listener query",
        131 => "multicast listener report",
        132 => "multicast listener done",
        133 => "router solicitation",
        134 => "router advertisement",
        135 => "neighbour solicitation",
        136 => "neighbour advertisement",
        137 => "redirect",
        143 => "multicast listener report v2",
        _ => $"type {type}",
    };
}
