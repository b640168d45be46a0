namespace SocketTools;

/// <summary>One of the values that netstat -s shows.</summary>
/// <param name="Protocol">The table it is in, as the kernel spells it: Ip, Icmp, IcmpMsg, Tcp, Udp, UdpLite, TcpExt, IpExt, MPTcpExt, Ip6, Icmp6, Udp6, UdpLite6.</param>
/// <param name="Name">Its name in that table, such as RetransSegs.</param>
/// <param name="Value">What it was when it was read.</param>
public record SocketStatistic(string Protocol, string Name, long Value)
{
    /// <summary>Both names together, as nstat(8) has them: TcpRetransSegs.</summary>
    public string KernelName => Protocol + Name;

    /// <summary>Whether it counts or is a state.</summary>
    public SocketStatisticKind Kind => Name switch
    {
        "Forwarding" or "DefaultTTL" or "RtoAlgorithm" or "RtoMin" or "RtoMax" or "MaxConn" or "CurrEstab" or "MPCurrEstab" => SocketStatisticKind.Gauge,
        _ => SocketStatisticKind.Counter,
    };

    /// <summary>What it counts, in one sentence: from RFC 4293, 4022, 4113, 2863 and the kernel's snmp_counter.rst. Empty for one that is not known here.</summary>
    public string Meaning => StatisticMeaning.Of(Protocol, Name);

    /// <inheritdoc/>
    public sealed override string ToString() => $"{KernelName} {Value}";
}
