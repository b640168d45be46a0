using System.Collections.Generic;
using System.Linq;

namespace SocketTools;

/// <summary>Which packets to capture: those with any of the ports, and any of the endpoints, and any of the protocols. What is empty does not narrow.</summary>
/// <remarks>
/// It means what the text of <see cref="ToString"/> means to tcpdump, with all that follows from it: a later fragment has no ports and does not match where a
/// port is asked for, nor does what is behind a VLAN tag that the interface leaves in the frame.
/// </remarks>
public sealed class SocketCaptureFilter
{
    /// <summary>Everything.</summary>
    public static SocketCaptureFilter None { get; } = new();

    /// <summary>Ports of TCP, UDP or SCTP, of either side.</summary>
    public IReadOnlyList<int> Ports { get; init => field = value.ToArray(); } = [];

    /// <summary>Addresses with or without ports, of either side.</summary>
    public IReadOnlyList<CaptureEndpoint> Endpoints { get; init => field = value.ToArray(); } = [];

    /// <summary>Protocols.</summary>
    public IReadOnlyList<CaptureProtocol> Protocols { get; init => field = value.ToArray(); } = [];

    /// <summary>Whether it lets everything through.</summary>
    public bool IsEmpty => Ports.Count + Endpoints.Count + Protocols.Count == 0;

    /// <summary>The same as an expression of tcpdump (pcap-filter(7)); empty where everything is let through.</summary>
    public override string ToString() => string.Join(" and ", new[]
    {
        AnyOf(Protocols.Select(static p => p switch
        {
            CaptureProtocol.Tcp => "tcp",
            CaptureProtocol.Udp => "udp",
            CaptureProtocol.Icmp => "icmp",
            CaptureProtocol.IcmpV6 => "icmp6",
            CaptureProtocol.Arp => "arp",
            CaptureProtocol.IPv4 => "ip",
            _ => "ip6",
        })),
        AnyOf(Ports.Select(static p => $"port {p}")),
        AnyOf(Endpoints.Select(static e => e.ToString())),
    }.Where(static t => t.Length > 0));

    private static string AnyOf(IEnumerable<string> each)
    {
        string[] texts = [.. each.Distinct()];
        return texts.Length < 2 ? string.Concat(texts) : $"({string.Join(" or ", texts)})";
    }
}
