using System;
using System.Collections.Generic;
using System.Net;
using System.Text;

namespace SocketTools;

/// <summary>A packet as it was captured, and what its bytes say. Immutable; any thread may read it.</summary>
[Formatting.TypeFormatterSource]
public sealed class SocketPacket
{
    private PacketLayer? _first;
    private PacketLayer? _last;
    private PacketLayer[]? _layers;
    private List<string>? _reported;
    private string[]? _problems;
    private byte[]? _payload;
    private IPEndPoint? _source;
    private IPEndPoint? _destination;

    private SocketPacket(long number, long timestampNanoseconds, LinkType linkType, byte[] bytes, int length, string? @interface, PacketDirection direction)
    {
        Number = number;
        TimestampNanoseconds = timestampNanoseconds;
        LinkType = linkType;
        Bytes = bytes;
        Length = Math.Max(length, bytes.Length);
        Interface = @interface;
        Direction = direction;
        PacketDecoder.Decode(this);
        if (direction == PacketDirection.Unknown && Link is LinuxCookedLayer cooked)
        {
            Direction = cooked.PacketType == 4 ? PacketDirection.Outgoing : PacketDirection.Incoming;
        }
    }

    /// <summary>1 for the first of a capture.</summary>
    public long Number { get; }

    /// <summary>When it was captured, in local time.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.UnixEpoch.AddTicks(TimestampNanoseconds / 100).ToLocalTime();

    /// <summary>When it was captured, in nanoseconds since 1970.</summary>
    public long TimestampNanoseconds { get; }

    /// <summary>The interface; null where the capture does not tell.</summary>
    public string? Interface { get; }

    /// <summary>Which way it went.</summary>
    public PacketDirection Direction { get; }

    /// <summary>What it begins with.</summary>
    public LinkType LinkType { get; }

    /// <summary>What was captured. Not a copy: who changes it changes the packet.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes that it had on the wire.</summary>
    public int Length { get; }

    /// <summary>Whether it was longer than what was captured.</summary>
    public bool Truncated => Length > Bytes.Length;

    /// <summary>Every layer, from the outermost in.</summary>
    public IReadOnlyList<PacketLayer> Layers => _layers ??= MakeLayers();

    /// <summary>What the link put before it; null where it is none that is known, or the packet begins with IP.</summary>
    public LinkLayer? Link { get; internal set; }

    /// <summary>Its IPv4 or IPv6 header, the innermost where one is in another; null where there is none.</summary>
    public InternetLayer? Ip { get; internal set; }

    /// <summary>Its TCP header, or null.</summary>
    public TcpLayer? Tcp { get; internal set; }

    /// <summary>Its UDP header, or null.</summary>
    public UdpLayer? Udp { get; internal set; }

    /// <summary>Its ICMP or ICMPv6 header, or null.</summary>
    public IcmpLayer? Icmp { get; internal set; }

    /// <summary>Its ARP header, or null.</summary>
    public ArpLayer? Arp { get; internal set; }

    /// <summary>The sender's address and port, which is 0 where there are none; null without IP.</summary>
    public IPEndPoint? Source => Ip is null ? null : _source ??= new IPEndPoint(Ip.Source, Tcp?.SourcePort ?? Udp?.SourcePort ?? 0);

    /// <summary>The receiver's address and port, which is 0 where there are none; null without IP.</summary>
    public IPEndPoint? Destination => Ip is null ? null : _destination ??= new IPEndPoint(Ip.Destination, Tcp?.DestinationPort ?? Udp?.DestinationPort ?? 0);

    /// <summary>What the innermost header carries, as far as it was captured; empty, never null. Padding of the link is not in it.</summary>
    public byte[] Payload => _payload ??= _last is DataLayer ? _last.Captured.ToArray() : [];

    /// <summary>The innermost protocol that is known: TCP, UDP, ICMP, ICMPv6, ARP, IPv4.</summary>
    public string Protocol => Tcp?.Name ?? Udp?.Name ?? Icmp?.Name ?? (Ip is not null ? IPProtocols.Name(Ip.Protocol) : Arp?.Name ?? (Link is { EtherType: not 0 } ? EtherTypes.Name(Link.EtherType) : $"{LinkType}"));

    /// <summary>The payload as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>What was found wrong, in words that begin with the layer; empty for a packet that is sound.</summary>
    public IReadOnlyList<string> Problems => _problems ??= FindProblems();

    /// <summary>What a pcapng file says about it; empty as a rule.</summary>
    public IReadOnlyList<string> Comments => InWords?.Packet ?? [];

    /// <summary>What the pcapng file that it comes from says about itself and about the interface, such as that it is no capture; empty as a rule.</summary>
    public IReadOnlyList<string> FileComments => InWords?.File ?? [];

    /// <summary>One line in the words of tcpdump -n, with sequence numbers as they are (-S).</summary>
    public string Summary => PacketSummary.Of(this);

    /// <summary>
    /// The protocol and what its header says, in one line without addresses and ports; whether it is a fragment, is cut or has problems; and of a capture of all
    /// interfaces, which of them, and which way.
    /// </summary>
    public string Info => PacketInfo.Of(this);

    /// <summary>Makes a packet of bytes, which it keeps and does not copy. Never throws on any bytes: what is wrong is in <see cref="Problems"/>.</summary>
    /// <param name="number">1 for the first of a capture.</param>
    /// <param name="timestampNanoseconds">Since 1970.</param>
    /// <param name="linkType">What it begins with.</param>
    /// <param name="bytes">What was captured.</param>
    /// <param name="length">Bytes that it had on the wire.</param>
    /// <param name="interface">By its name, or null.</param>
    /// <param name="direction">Which way it went.</param>
    public static SocketPacket Decode(long number, long timestampNanoseconds, LinkType linkType, byte[] bytes, int length, string? @interface = null, PacketDirection direction = PacketDirection.Unknown)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new SocketPacket(number, timestampNanoseconds, linkType, bytes, length, @interface, direction);
    }

    /// <summary>The same of bytes that are copied.</summary>
    /// <inheritdoc cref="Decode(long, long, LinkType, byte[], int, string?, PacketDirection)"/>
    public static SocketPacket Decode(long number, long timestampNanoseconds, LinkType linkType, ReadOnlySpan<byte> bytes, int length, string? @interface = null, PacketDirection direction = PacketDirection.Unknown) =>
        new(number, timestampNanoseconds, linkType, bytes.ToArray(), length, @interface, direction);

    /// <summary>The same with what a file says of it in words.</summary>
    internal static SocketPacket Decode(long number, long timestampNanoseconds, LinkType linkType, byte[] bytes, int length, string? @interface, PacketDirection direction, PacketComments? comments) =>
        new(number, timestampNanoseconds, linkType, bytes, length, @interface, direction) { InWords = comments };

    /// <inheritdoc/>
    public override string ToString() => Summary;

    /// <summary>Null where there are no comments at all.</summary>
    internal PacketComments? InWords { get; init; }

    internal void Add(PacketLayer layer)
    {
        if (_last is null)
        {
            _first = layer;
        }
        else
        {
            _last.Next = layer;
        }

        _last = layer;
    }

    internal void Report(string problem) => (_reported ??= []).Add(problem);

    private PacketLayer[] MakeLayers()
    {
        int count = 0;
        for (PacketLayer? layer = _first; layer is not null; layer = layer.Next)
        {
            count++;
        }

        PacketLayer[] layers = new PacketLayer[count];
        count = 0;
        for (PacketLayer? layer = _first; layer is not null; layer = layer.Next)
        {
            layers[count++] = layer;
        }

        return layers;
    }

    // Checksums are only summed when somebody asks.
    private string[] FindProblems()
    {
        List<string> problems = [.. _reported ?? []];
        for (PacketLayer? layer = _first; layer is not null; layer = layer.Next)
        {
            if (layer is IPv4Layer { ChecksumValid: false } or TransportLayer { ChecksumValid: false } or IcmpLayer { ChecksumValid: false })
            {
                problems.Add($"{layer.Name}: the checksum is wrong");
            }
        }

        return [.. problems];
    }
}
