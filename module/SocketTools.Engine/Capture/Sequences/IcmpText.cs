namespace SocketTools.Capture;

/// <summary>The errors of ICMP (RFC 792) and ICMPv6 (RFC 4443) in words.</summary>
internal static class IcmpText
{
    /// <summary>What a message says of the packet that it quotes; null where it is no error.</summary>
    public static string? Error(IcmpLayer icmp) => icmp.IsV6 ? Six(icmp.Type, icmp.Code) : Four(icmp.Type, icmp.Code);

    private static string? Four(byte type, byte code) => type switch
    {
        3 => code switch
        {
            0 or 6 or 11 => "network unreachable",
            1 or 7 or 12 => "host unreachable",
            2 => "protocol unreachable",
            3 => "port unreachable",
            4 => "fragmentation needed",
            9 or 10 or 13 => "prohibited",
            _ => "destination unreachable",
        },
        4 => "source quench",
        5 => "redirect",
        11 => "time exceeded",
        12 => "parameter problem",
        _ => null,
    };

    private static string? Six(byte type, byte code) => type switch
    {
        1 => code switch
        {
            0 => "no route to destination",
            1 or 5 or 6 => "prohibited",
            3 => "address unreachable",
            4 => "port unreachable",
            _ => "destination unreachable",
        },
        2 => "packet too big",
        3 => "time exceeded",
        4 => "parameter problem",
        _ => null,
    };
}
