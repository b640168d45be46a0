using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace SocketTools.Capture;

/// <summary>Compiles a filter to a program that runs in the kernel on every packet, with the meaning that the same filter has for tcpdump.</summary>
internal static class FilterCompiler
{
    /// <summary>The type of the frames with which a capture looks whether the kernel is through with everything before: one of those for experiments (IEEE 802).</summary>
    public const ushort FenceEtherType = 0x88B5;

    /// <summary>How those frames go on.</summary>
    public const uint FenceMagic = 0x534B5446;

    private const uint PacketOutgoing = 4;
    private const ushort Ipv4 = 0x0800;
    private const ushort Ipv6 = 0x86DD;
    private const ushort Arp = 0x0806;
    private const uint FragmentHeader = 44;
    private const uint FragmentOffsetBits = 0x1FFF;

    private static readonly uint[] s_withPorts = [132, 6, 17]; // SCTP, TCP, UDP: those that "port" means to tcpdump

    /// <summary>Compiles.</summary>
    /// <param name="filter">What to let through.</param>
    /// <param name="cooked">Packets start with the header of IP; otherwise with that of Ethernet.</param>
    /// <param name="loopback">The number of the loopback interface, whose packets are seen twice: as sent and as received. 0 for none.</param>
    /// <param name="length">How many bytes of a packet are kept.</param>
    /// <exception cref="SocketCallException">EINVAL: the kernel takes no program so long.</exception>
    public static BpfInstruction[] Compile(SocketCaptureFilter filter, bool cooked, int loopback, uint length)
    {
        Layout layout = new(cooked);
        BpfCondition condition = BpfCondition.All(
            loopback == 0 ? BpfCondition.Always : BpfCondition.Not(Duplicate(loopback)),
            BpfCondition.Not(BpfCondition.All(BpfCondition.Equal(layout.EtherType, FenceEtherType), BpfCondition.Equal(layout.Word(0), FenceMagic))),
            Wanted(filter, layout));
        return BpfAssembler.Assemble(condition, layout.Network, length) ?? throw new SocketCallException(
            "setsockopt", Errno.EINVAL, null, $"The filter makes a program of more than {BpfAssembler.MaximumLength} instructions, which the kernel does not take")
        {
            Advice = "Name fewer ports or endpoints, or capture more and choose among the packets with Where-Object.",
        };
    }

    /// <summary>What the filter says, and nothing beside it.</summary>
    public static BpfInstruction[]? CompileAlone(SocketCaptureFilter filter, bool cooked, uint length)
    {
        Layout layout = new(cooked);
        return BpfAssembler.Assemble(Wanted(filter, layout), layout.Network, length);
    }

    // The copy that is taken when the packet is sent. The other one comes when it is received.
    private static BpfCondition Duplicate(int loopback) => BpfCondition.All(
        BpfCondition.Equal(new BpfLoad(BpfInstruction.LoadWord, BpfInstruction.AncillaryPacketType), PacketOutgoing),
        BpfCondition.Equal(new BpfLoad(BpfInstruction.LoadWord, BpfInstruction.AncillaryInterface), (uint)loopback));

    private static BpfCondition Wanted(SocketCaptureFilter filter, Layout layout)
    {
        if (filter.IsEmpty)
        {
            return BpfCondition.Always;
        }

        bool arp = filter.Protocols.Contains(CaptureProtocol.Arp) && filter.Ports.Count + filter.Endpoints.Count == 0;
        return BpfCondition.Any(
            OfFamily(layout.EtherType, Ipv4, filter, new Version4(layout)),
            OfFamily(layout.EtherType, Ipv6, filter, new Version6(layout)),
            arp ? BpfCondition.Equal(layout.EtherType, Arp) : BpfCondition.Never);
    }

    private static BpfCondition OfFamily(BpfLoad etherType, ushort number, SocketCaptureFilter filter, Version version) => BpfCondition.All(
        BpfCondition.Equal(etherType, number),
        filter.Protocols.Count == 0 ? BpfCondition.Always : BpfCondition.Any(filter.Protocols.Select(version.Is)),
        filter.Ports.Count == 0 ? BpfCondition.Always : version.HasPorts(s_withPorts, Either(filter.Ports, version.SourcePort, version.DestinationPort)),
        filter.Endpoints.Count == 0 ? BpfCondition.Always : BpfCondition.Any(filter.Endpoints.Select(version.Concerns)));

    // Ports that follow each other are compared together.
    private static BpfCondition Either(IEnumerable<int> values, BpfLoad one, BpfLoad other)
    {
        List<(uint From, uint To)> ranges = [];
        foreach (uint value in values.Select(static v => (uint)v).Order())
        {
            if (ranges.Count > 0 && value <= ranges[^1].To + 1)
            {
                ranges[^1] = (ranges[^1].From, value);
            }
            else
            {
                ranges.Add((value, value));
            }
        }

        return BpfCondition.Any(ranges.Select(r => BpfCondition.Within(one, r.From, r.To)).Concat(ranges.Select(r => BpfCondition.Within(other, r.From, r.To))));
    }

    // Where things are.
    private sealed class Layout(bool cooked)
    {
        public uint Network { get; } = cooked ? 0u : 14u;

        public BpfLoad EtherType { get; } = cooked
            ? new BpfLoad(BpfInstruction.LoadHalf, BpfInstruction.AncillaryProtocol)
            : new BpfLoad(BpfInstruction.LoadHalf, 12);

        public BpfLoad Byte(uint offset) => new(BpfInstruction.LoadByte, Network + offset);

        public BpfLoad Half(uint offset) => new(BpfInstruction.LoadHalf, Network + offset);

        public BpfLoad Word(uint offset) => new(BpfInstruction.LoadWord, Network + offset);

        public BpfLoad HalfBehindHeader(uint offset) => new(BpfInstruction.LoadHalfAtX, Network + offset);
    }

    private abstract class Version(Layout layout)
    {
        protected Layout Layout { get; } = layout;

        public abstract BpfLoad SourcePort { get; }

        public abstract BpfLoad DestinationPort { get; }

        public BpfCondition Is(CaptureProtocol protocol) => protocol switch
        {
            CaptureProtocol.Tcp => Carries(6),
            CaptureProtocol.Udp => Carries(17),
            _ => IsOwn(protocol),
        };

        // Ports are looked at where they are: not in a later fragment.
        public abstract BpfCondition HasPorts(uint[] protocols, BpfCondition ports);

        public BpfCondition Concerns(CaptureEndpoint endpoint)
        {
            BpfCondition from = BpfCondition.Always, to = BpfCondition.Always;
            if (endpoint.Address is { } address)
            {
                from = HasAddress(address, source: true);
                to = HasAddress(address, source: false);
            }

            if (endpoint.Port == 0)
            {
                return BpfCondition.Any(from, to);
            }

            return HasPorts([endpoint.Protocol == CaptureProtocol.Udp ? 17u : 6u], BpfCondition.Any(
                BpfCondition.All(from, BpfCondition.Equal(SourcePort, (uint)endpoint.Port)),
                BpfCondition.All(to, BpfCondition.Equal(DestinationPort, (uint)endpoint.Port))));
        }

        protected abstract BpfCondition Carries(uint protocol);

        protected abstract BpfCondition IsOwn(CaptureProtocol protocol);

        protected abstract BpfCondition HasAddress(IPAddress address, bool source);

        protected BpfCondition HasWords(IPAddress address, uint offset)
        {
            byte[] bytes = address.GetAddressBytes();
            return BpfCondition.All(Enumerable.Range(0, bytes.Length / 4).Select(i =>
                BpfCondition.Equal(Layout.Word(offset + (uint)(4 * i)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 * i)))));
        }
    }

    // RFC 791.
    private sealed class Version4(Layout layout) : Version(layout)
    {
        public override BpfLoad SourcePort => Layout.HalfBehindHeader(0);

        public override BpfLoad DestinationPort => Layout.HalfBehindHeader(2);

        public override BpfCondition HasPorts(uint[] protocols, BpfCondition ports) => BpfCondition.All(
            BpfCondition.Any(protocols.Select(Carries)),
            BpfCondition.Not(BpfCondition.HasBits(Layout.Half(6), FragmentOffsetBits)),
            ports);

        protected override BpfCondition Carries(uint protocol) => BpfCondition.Equal(Layout.Byte(9), protocol);

        protected override BpfCondition IsOwn(CaptureProtocol protocol) =>
            protocol == CaptureProtocol.Icmp ? Carries(1) : protocol == CaptureProtocol.IPv4 ? BpfCondition.Always : BpfCondition.Never;

        protected override BpfCondition HasAddress(IPAddress address, bool source) =>
            address.AddressFamily == AddressFamily.InterNetwork ? HasWords(address, source ? 12u : 16u) : BpfCondition.Never;
    }

    // RFC 8200. Of the headers between IP and what it carries tcpdump knows the one of fragments, and looks for ports only where there is none.
    private sealed class Version6(Layout layout) : Version(layout)
    {
        public override BpfLoad SourcePort => Layout.Half(40);

        public override BpfLoad DestinationPort => Layout.Half(42);

        public override BpfCondition HasPorts(uint[] protocols, BpfCondition ports) => BpfCondition.All(
            BpfCondition.Any(protocols.Select(p => BpfCondition.Equal(Layout.Byte(6), p))),
            ports);

        protected override BpfCondition Carries(uint protocol) => BpfCondition.Any(
            BpfCondition.Equal(Layout.Byte(6), protocol),
            BpfCondition.All(BpfCondition.Equal(Layout.Byte(6), FragmentHeader), BpfCondition.Equal(Layout.Byte(40), protocol)));

        protected override BpfCondition IsOwn(CaptureProtocol protocol) =>
            protocol == CaptureProtocol.IcmpV6 ? Carries(58) : protocol == CaptureProtocol.IPv6 ? BpfCondition.Always : BpfCondition.Never;

        protected override BpfCondition HasAddress(IPAddress address, bool source) =>
            address.AddressFamily == AddressFamily.InterNetworkV6 ? HasWords(address, source ? 8u : 24u) : BpfCondition.Never;
    }
}
