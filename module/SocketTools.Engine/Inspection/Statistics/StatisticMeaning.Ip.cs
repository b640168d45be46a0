namespace SocketTools;

internal static partial class StatisticMeaning
{
    private static string Ip(string name) => name switch
    {
        "Forwarding" => "Whether this host forwards packets as a router: 1 yes, 2 no.",
        "DefaultTTL" => "Time to live of packets sent where nothing else is asked for, in hops.",
        "ForwDatagrams" => "Packets forwarded to other hosts.",
        _ => IpBoth(name),
    };

    private static string Ip6(string name) => name switch
    {
        "InTooBigErrors" => "Packets not forwarded because they were larger than the MTU of the next link.",
        "OutForwDatagrams" => "Packets forwarded to other hosts.",
        _ => IpBoth(name) is { Length: > 0 } known ? known : IpExt(name),
    };

    private static string IpBoth(string name) => name switch
    {
        "InReceives" => "Packets received, those with errors included.",
        "InHdrErrors" => "Packets dropped because of an error in their header.",
        "InAddrErrors" => "Packets dropped because their destination is no valid address for this host.",
        "InUnknownProtos" => "Packets dropped because nobody here handles their protocol.",
        "InDiscards" => "Packets without an error that were dropped on the way in, for want of memory for instance.",
        "InDelivers" => "Packets delivered to the protocols above.",
        "OutRequests" => "Packets that the protocols above gave to be sent.",
        "OutDiscards" => "Packets without an error that were dropped on the way out.",
        "OutNoRoutes" => "Packets dropped because there was no route to their destination.",
        "OutTransmits" => "Packets handed to the link, each fragment by itself.",
        "ReasmTimeout" => "Packets given up because a fragment did not come in time.",
        "ReasmReqds" => "Fragments received that had to be put together.",
        "ReasmOKs" => "Packets put together from fragments.",
        "ReasmFails" => "Failures in putting packets together.",
        "FragOKs" => "Packets that were cut into fragments.",
        "FragFails" => "Packets dropped because they had to be cut and could not or must not be.",
        "FragCreates" => "Fragments made.",
        _ => "",
    };

    private static string IpExt(string name) => name switch
    {
        "InNoRoutes" => "Packets received and dropped because there was no route for them.",
        "InTruncatedPkts" => "Packets dropped because they were shorter than their header says.",
        "InMcastPkts" => "Multicast packets received.",
        "OutMcastPkts" => "Multicast packets sent.",
        "InBcastPkts" => "Broadcast packets received.",
        "OutBcastPkts" => "Broadcast packets sent.",
        "InOctets" => "Bytes of packets received, headers of IP included.",
        "OutOctets" => "Bytes of packets sent, headers of IP included.",
        "InMcastOctets" => "Bytes of multicast packets received.",
        "OutMcastOctets" => "Bytes of multicast packets sent.",
        "InBcastOctets" => "Bytes of broadcast packets received.",
        "OutBcastOctets" => "Bytes of broadcast packets sent.",
        "InCsumErrors" => "Packets dropped because of a bad checksum of the header.",
        "InNoECTPkts" => "Packets received whose sender does not use ECN.",
        "InECT1Pkts" => "Packets received with the ECN mark ECT(1).",
        "InECT0Pkts" => "Packets received with the ECN mark ECT(0).",
        "InCEPkts" => "Packets received that a router marked because of congestion.",
        "ReasmOverlaps" => "Fragments dropped because they overlapped others.",
        _ => "",
    };
}
