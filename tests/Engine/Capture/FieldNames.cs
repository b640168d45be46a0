using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace SocketTools.Tests.Capture;

/// <summary>What tshark calls the fields of our layers.</summary>
internal static class FieldNames
{
    // Those of options are by their data: name, bytes before it, length; 0 is all of it.
    private static readonly Dictionary<(string Layer, string Field), string[]> s_names = new()
    {
        [("Ethernet", "Destination")] = ["eth.dst"],
        [("Ethernet", "Source")] = ["eth.src"],
        [("Ethernet", "EtherType")] = ["eth.type"],
        [("802.1Q", "Priority")] = ["vlan.priority"],
        [("802.1Q", "DropEligible")] = ["vlan.dei"],
        [("802.1Q", "Id")] = ["vlan.id"],
        [("802.1Q", "EtherType")] = ["vlan.etype"],
        [("Linux cooked", "PacketType")] = ["sll.pkttype"],
        [("Linux cooked", "HardwareType")] = ["sll.hatype"],
        [("Linux cooked", "AddressLength")] = ["sll.halen"],
        [("Linux cooked", "Reserved")] = [], // tshark does not show it
        [("Linux cooked", "Unused")] = ["sll.unused"],
        [("Linux cooked", "EtherType")] = ["sll.etype"],
        [("Linux cooked", "InterfaceIndex")] = ["sll.ifindex"],
        [("Linux cooked", "Source")] = ["sll.src.eth"],
        [("Null", "Family")] = ["null.family"],
        [("ARP", "HardwareType")] = ["arp.hw.type"],
        [("ARP", "ProtocolType")] = ["arp.proto.type"],
        [("ARP", "HardwareLength")] = ["arp.hw.size"],
        [("ARP", "ProtocolLength")] = ["arp.proto.size"],
        [("ARP", "Operation")] = ["arp.opcode"],
        [("ARP", "SenderHardwareAddress")] = ["arp.src.hw_mac"],
        [("ARP", "SenderAddress")] = ["arp.src.proto_ipv4"],
        [("ARP", "TargetHardwareAddress")] = ["arp.dst.hw_mac"],
        [("ARP", "TargetAddress")] = ["arp.dst.proto_ipv4"],
        [("IPv4", "Version")] = ["ip.version"],
        [("IPv4", "HeaderLength")] = ["ip.hdr_len"],
        [("IPv4", "DifferentiatedServices")] = ["ip.dsfield.dscp"],
        [("IPv4", "Congestion")] = ["ip.dsfield.ecn"],
        [("IPv4", "TotalLength")] = ["ip.len"],
        [("IPv4", "Identification")] = ["ip.id"],
        [("IPv4", "Reserved")] = ["ip.flags.rb"],
        [("IPv4", "DontFragment")] = ["ip.flags.df"],
        [("IPv4", "MoreFragments")] = ["ip.flags.mf"],
        [("IPv4", "FragmentOffset")] = ["ip.frag_offset"],
        [("IPv4", "TimeToLive")] = ["ip.ttl"],
        [("IPv4", "Protocol")] = ["ip.proto"],
        [("IPv4", "HeaderChecksum")] = ["ip.checksum"],
        [("IPv4", "Source")] = ["ip.src"],
        [("IPv4", "Destination")] = ["ip.dst"],
        [("IPv4", "Router alert")] = ["ip.opt.type:0:1", "ip.opt.len:1:1", "ip.opt.ra:2:2"],
        [("IPv4", "Record route")] = ["ip.opt.type:0:1", "ip.opt.len:1:1", "ip.opt.ptr:2:1"],
        [("IPv4", "End of options")] = ["ip.opt.type:0:1"],
        [("IPv6", "Version")] = ["ipv6.version"],
        [("IPv6", "DifferentiatedServices")] = ["ipv6.tclass.dscp"],
        [("IPv6", "Congestion")] = ["ipv6.tclass.ecn"],
        [("IPv6", "FlowLabel")] = ["ipv6.flow"],
        [("IPv6", "StatedPayloadLength")] = ["ipv6.plen"],
        [("IPv6", "NextHeader")] = ["ipv6.nxt"],
        [("IPv6", "HopLimit")] = ["ipv6.hlim"],
        [("IPv6", "Source")] = ["ipv6.src"],
        [("IPv6", "Destination")] = ["ipv6.dst"],
        [("IPv6 hop-by-hop options", "NextHeader")] = ["ipv6.hopopts.nxt"],
        [("IPv6 hop-by-hop options", "HeaderLength")] = ["ipv6.hopopts.len_oct"],
        [("IPv6 hop-by-hop options", "Router alert")] = ["ipv6.opt.type:0:1", "ipv6.opt.length:1:1", "ipv6.opt.router_alert:2:2"],
        [("IPv6 hop-by-hop options", "Padding")] = ["ipv6.opt.type:0:1", "ipv6.opt.length:1:1"],
        [("IPv6 destination options", "NextHeader")] = ["ipv6.dstopts.nxt"],
        [("IPv6 destination options", "HeaderLength")] = ["ipv6.dstopts.len_oct"],
        [("IPv6 destination options", "Padding")] = ["ipv6.opt.type:0:1", "ipv6.opt.length:1:1"],
        [("IPv6 routing", "NextHeader")] = ["ipv6.routing.nxt"],
        [("IPv6 routing", "HeaderLength")] = ["ipv6.routing.len_oct"],
        [("IPv6 routing", "RoutingType")] = ["ipv6.routing.type"],
        [("IPv6 routing", "SegmentsLeft")] = ["ipv6.routing.segleft"],
        [("IPv6 fragment", "NextHeader")] = ["ipv6.fraghdr.nxt"],
        [("IPv6 fragment", "Reserved")] = ["ipv6.fraghdr.reserved_octet"],
        [("IPv6 fragment", "FragmentOffset")] = ["ipv6.fraghdr.offset"],
        [("IPv6 fragment", "MoreFragments")] = ["ipv6.fraghdr.more"],
        [("IPv6 fragment", "Identification")] = ["ipv6.fraghdr.ident"],
        [("TCP", "SourcePort")] = ["tcp.srcport"],
        [("TCP", "DestinationPort")] = ["tcp.dstport"],
        [("TCP", "SequenceNumber")] = ["tcp.seq_raw"],
        [("TCP", "AcknowledgmentNumber")] = ["tcp.ack_raw"],
        [("TCP", "DataOffset")] = ["tcp.hdr_len"],
        [("TCP", "Reserved")] = ["tcp.flags.res", "tcp.flags.ae"],
        [("TCP", "Flags")] = ["tcp.flags"],
        [("TCP", "Window")] = ["tcp.window_size_value"],
        [("TCP", "Checksum")] = ["tcp.checksum"],
        [("TCP", "UrgentPointer")] = ["tcp.urgent_pointer"],
        [("TCP", "End of options")] = ["tcp.option_kind:0:1"],
        [("TCP", "No operation")] = ["tcp.option_kind:0:1"],
        [("TCP", "Maximum segment size")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1", "tcp.options.mss_val:2:2"],
        [("TCP", "Window scale")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1", "tcp.options.wscale.shift:2:1"],
        [("TCP", "SACK permitted")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1"],
        [("TCP", "SACK")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1", "tcp.options.sack_le:2:4", "tcp.options.sack_re:6:4", "tcp.options.sack_le:10:4", "tcp.options.sack_re:14:4"],
        [("TCP", "Timestamps")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1", "tcp.options.timestamp.tsval:2:4", "tcp.options.timestamp.tsecr:6:4"],
        [("TCP", "User timeout")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1", "tcp.options.user_to_granularity:bit", "tcp.options.user_to_val:bits"],
        [("TCP", "Fast open")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1", "tcp.options.tfo.cookie:2:0"],
        [("TCP", "Option 253")] = ["tcp.option_kind:0:1", "tcp.option_len:1:1"],
        [("UDP", "SourcePort")] = ["udp.srcport"],
        [("UDP", "DestinationPort")] = ["udp.dstport"],
        [("UDP", "StatedLength")] = ["udp.length"],
        [("UDP", "Checksum")] = ["udp.checksum"],
        [("ICMP", "Type")] = ["icmp.type"],
        [("ICMP", "Code")] = ["icmp.code"],
        [("ICMP", "Checksum")] = ["icmp.checksum"],
        [("ICMP", "Identifier")] = ["icmp.ident"],
        [("ICMP", "SequenceNumber")] = ["icmp.seq"],
        [("ICMP", "Mtu")] = ["icmp.mtu"],
        [("ICMP", "Pointer")] = ["icmp.pointer"],
        [("ICMP", "Gateway")] = ["icmp.redir_gw"],
        [("ICMPv6", "Type")] = ["icmpv6.type"],
        [("ICMPv6", "Code")] = ["icmpv6.code"],
        [("ICMPv6", "Checksum")] = ["icmpv6.checksum"],
        [("ICMPv6", "Identifier")] = ["icmpv6.echo.identifier"],
        [("ICMPv6", "SequenceNumber")] = ["icmpv6.echo.sequence_number"],
        [("ICMPv6", "Gateway")] = ["icmpv6.nd.rd.target_address"],
        [("ICMPv6", "Mtu")] = ["icmpv6.mtu"],
        [("ICMPv6", "Pointer")] = ["icmpv6.pointer"],
        [("ICMPv6", "HopLimit")] = ["icmpv6.nd.ra.cur_hop_limit"],
        [("ICMPv6", "RouterLifetime")] = ["icmpv6.nd.ra.router_lifetime"],
        [("ICMPv6", "ReachableTime")] = ["icmpv6.nd.ra.reachable_time"],
        [("ICMPv6", "RetransmissionTime")] = ["icmpv6.nd.ra.retrans_timer"],
        [("ICMPv6", "MaximumResponse")] = ["icmpv6.mld.maximum_response_delay"],
        [("ICMPv6", "GroupCount")] = ["icmpv6.mldr.nb_mcast_records"],
        [("LLC", "Destination")] = ["llc.dsap"],
        [("LLC", "Source")] = ["llc.ssap"],
        [("LLC", "Control")] = ["llc.control"],
        [("LLC", "Organization")] = ["llc.oui"],
        [("ICMPv6", "Source link-layer address")] = ["icmpv6.opt.type:0:1", "icmpv6.opt.length:eights", "icmpv6.opt.linkaddr"],
        [("ICMPv6", "Target link-layer address")] = ["icmpv6.opt.type:0:1", "icmpv6.opt.length:eights", "icmpv6.opt.linkaddr"],
        [("ICMPv6", "Nonce")] = ["icmpv6.opt.type:0:1", "icmpv6.opt.length:eights", "icmpv6.opt.nonce:2:0"],
        [("ICMPv6", "MTU")] = ["icmpv6.opt.type:0:1", "icmpv6.opt.length:eights", "icmpv6.opt.mtu:4:4"],
    };

    /// <summary>What it calls a field of a layer; null where nobody has said.</summary>
    public static string[]? Of(PacketLayer layer, PacketField field) => layer switch
    {
        DataLayer => Before(layer) switch { TcpLayer => ["tcp.payload"], UdpLayer => ["udp.payload"], _ => ["data.data"] },
        LinuxCookedLayer => s_names.GetValueOrDefault(("Linux cooked", field.Name)),
        EthernetLayer ethernet when ethernet.EtherType < 1536 && field.Name == "EtherType" => ["eth.len"],
        LlcLayer llc when field.Name == "ProtocolId" => [llc.Organization == 0 ? "llc.type" : "llc.pid"],
        IcmpLayer icmp when field.Name == "Flags" => [icmp.Type == 134 ? "icmpv6.nd.ra.flag" : "icmpv6.nd.na.flag"],
        IcmpLayer when field is { Name: "Group", Value: IcmpGroupRecord group } =>
        [
            "icmpv6.mldr.mar.record_type:0:1", "icmpv6.mldr.mar.aux_data_len:1:1", "icmpv6.mldr.mar.nb_sources:2:2", "icmpv6.mldr.mar.multicast_address:address:4",
            .. group.Sources.Select(static (_, i) => $"icmpv6.mldr.mar.source_address:address:{20 + (16 * i)}"),
        ],
        IcmpLayer icmp when field.Name == "TargetAddress" => icmp.Type switch { 135 => ["icmpv6.nd.ns.target_address"], 136 => ["icmpv6.nd.na.target_address"], 130 or 131 or 132 => ["icmpv6.mld.multicast_address"], _ => ["icmpv6.rd.na.destination_address"] },
        _ => s_names.GetValueOrDefault((layer.Name, field.Name)),
    };

    /// <summary>The layer that carries another.</summary>
    public static PacketLayer? Before(PacketLayer layer) => layer.Packet.Layers.LastOrDefault(l => l.Offset < layer.Offset);

    /// <summary>Whether a field of tshark is one that a packet must not have without ours.</summary>
    public static bool IsKnown(string name) => s_names.Values.Any(v => v.Any(n => n.Split(':')[0] == name));

    public static bool IsBytes(string name) => name is "tcp.payload" or "udp.payload" or "data.data" or "tcp.options.tfo.cookie" or "icmpv6.opt.nonce" or "sll.unused";

    /// <summary>A name with the value and the place that belong to it.</summary>
    public static (string Name, object? Value, int Offset, int Length) Part(string name, PacketField field)
    {
        byte[] bytes = Convert.FromHexString(field.Hex);
        string[] parts = name.Split(':');
        if (parts.Length == 1)
        {
            return name switch
            {
                // The old nonce bit is apart from the three that are 0; and the flags are shown with all four.
                "tcp.flags.res" => (name, (int)field.Value! >> 1, field.Offset, field.Length),
                "tcp.flags.ae" => (name, (int)field.Value! & 1, field.Offset, field.Length),
                "icmpv6.opt.linkaddr" => (name, field.Value, field.Offset + 2, field.Length - 2),
                "ip.frag_offset" or "ipv6.fraghdr.offset" => (name, (int)field.Value! / 8, field.Offset, field.Length),
                _ => (name, field.Value, field.Offset, field.Length),
            };
        }

        switch (parts[1])
        {
            case "address":
                int from = int.Parse(parts[2]);
                return (parts[0], new System.Net.IPAddress(bytes.AsSpan(from, 16)), field.Offset + from, 16);
            case "eights":
                return (parts[0], bytes[1], field.Offset + 1, 1);
            case "bit":
                return (parts[0], bytes[2] >> 7, field.Offset + 2, 2);
            case "bits":
                return (parts[0], ((bytes[2] & 0x7F) << 8) | bytes[3], field.Offset + 2, 2);
        }

        int at = int.Parse(parts[1]);
        int length = parts[2] == "0" ? field.Length - at : int.Parse(parts[2]);
        object value = length switch
        {
            1 => bytes[at],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)),
            _ => bytes[at..(at + length)],
        };
        return (parts[0], value, field.Offset + at, length);
    }

    /// <summary>What it says of a checksum, and where.</summary>
    public static (string Name, int Position, bool? Valid)? ChecksumStatus(PacketLayer layer) => layer switch
    {
        IPv4Layer ip => ("ip.checksum.status", ip.Offset + 10, ip.ChecksumValid),
        TcpLayer tcp => ("tcp.checksum.status", tcp.Offset + 16, tcp.ChecksumValid),
        UdpLayer udp => ("udp.checksum.status", udp.Offset + 6, udp.ChecksumValid),
        IcmpLayer icmp => (icmp.IsV6 ? "icmpv6.checksum.status" : "icmp.checksum.status", icmp.Offset + 2, icmp.ChecksumValid),
        _ => null,
    };
}
