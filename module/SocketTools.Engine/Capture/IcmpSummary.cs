namespace SocketTools;

/// <summary>A message of ICMP in the words of tcpdump; in our own where it is one that is rare.</summary>
internal static class IcmpSummary
{
    public static string Of(IcmpLayer icmp) => icmp.IsV6
        ? $"ICMP6, {Text6(icmp)}, length {icmp.Length}"
        : $"ICMP {Text4(icmp)}, length {icmp.Length}";

    private static string Text4(IcmpLayer icmp)
    {
        SocketPacket? quoted = icmp.Quoted;
        string target = $"{quoted?.Ip?.Destination}";
        return (icmp.Type, icmp.Code) switch
        {
            (0 or 8, _) => $"{icmp.TypeName}, id {icmp.Identifier}, seq {icmp.SequenceNumber}",
            (3, 0) => $"net {target} unreachable",
            (3, 1) => $"host {target} unreachable",
            (3, 2) => $"{target} protocol {quoted?.Ip?.Protocol} unreachable",
            (3, 3) => $"{target} {Port(quoted)} unreachable",
            (3, 4) => $"{target} unreachable - need to frag{(icmp.Mtu is > 0 ? $" (mtu {icmp.Mtu})" : "")}",
            (5, 0) => $"redirect {target} to net {icmp.Gateway}",
            (5, 1) => $"redirect {target} to host {icmp.Gateway}",
            (11, 0) => "time exceeded in-transit",
            (11, 1) => "ip reassembly time exceeded",
            _ => icmp.CodeName is { } code ? $"{icmp.TypeName}, {code}" : icmp.TypeName,
        };
    }

    private static string Text6(IcmpLayer icmp)
    {
        string target = $"{icmp.Quoted?.Ip?.Destination}";
        return (icmp.Type, icmp.Code) switch
        {
            (128 or 129, _) => $"{icmp.TypeName}, id {icmp.Identifier}, seq {icmp.SequenceNumber}",
            (1, 0) => $"destination unreachable, unreachable route {target}",
            (1, 1) => $"destination unreachable, unreachable prohibited {target}",
            (1, 3) => $"destination unreachable, unreachable address {target}",
            (1, 4) => $"destination unreachable, unreachable port, {target} {Port(icmp.Quoted)}",
            (2, _) => $"packet too big, mtu {icmp.Mtu}",
            (3, 0) => $"time exceeded in-transit for {target}",
            (135, _) => $"neighbor solicitation, who has {icmp.TargetAddress}",
            (136, _) => $"neighbor advertisement, tgt is {icmp.TargetAddress}",
            (143, _) => $"{icmp.TypeName}, {icmp.UInt16(6)} group record(s)",
            _ => icmp.CodeName is { } code ? $"{icmp.TypeName}, {code}" : icmp.TypeName,
        };
    }

    private static string Port(SocketPacket? quoted) =>
        quoted?.Tcp is { } tcp ? $"tcp port {tcp.DestinationPort}" : quoted?.Udp is { } udp ? $"udp port {udp.DestinationPort}" : $"protocol {quoted?.Ip?.Protocol} port";
}
