using System;
using System.Collections.Generic;
using System.Net.NetworkInformation;

#pragma warning disable CA1416 // What a platform does not count throws PlatformNotSupportedException, and is left out for that.

namespace SocketTools.Statistics;

/// <summary>What .NET tells of the protocols on every platform, by the names that Linux has for it. What a platform does not count is left out.</summary>
internal static class DotNetStatistics
{
    public static IReadOnlyList<SocketStatistic> Read()
    {
        IPGlobalProperties properties = IPGlobalProperties.GetIPGlobalProperties();
        List<SocketStatistic> found = [];
        Ip("Ip", properties.GetIPv4GlobalStatistics);
        Icmp(properties);
        Tcp("Tcp", properties.GetTcpIPv4Statistics);
        Udp("Udp", properties.GetUdpIPv4Statistics);
        Ip("Ip6", properties.GetIPv6GlobalStatistics);
        Icmp6(properties);
        if (OperatingSystem.IsWindows())
        {
            Tcp("Tcp6", properties.GetTcpIPv6Statistics); // The others count TCP for both versions of IP together.
        }

        if (!OperatingSystem.IsMacOS())
        {
            Udp("Udp6", properties.GetUdpIPv6Statistics); // macOS gives the numbers of both versions for either.
        }

        return found;

        void Add(string protocol, string name, Func<long> read)
        {
            try
            {
                found.Add(new SocketStatistic(protocol, name, read()));
            }
            catch (Exception e) when (e is PlatformNotSupportedException or NetworkInformationException)
            {
            }
        }

        // A whole table that a platform lacks, as a Linux without IPv6 does.
        void Table<T>(Func<T> open, Action<T> read)
        {
            T table;
            try
            {
                table = open();
            }
            catch (Exception e) when (e is PlatformNotSupportedException or NetworkInformationException)
            {
                return;
            }

            read(table);
        }

        void Ip(string protocol, Func<IPGlobalStatistics> open) => Table(open, ip =>
        {
            if (protocol == "Ip")
            {
                Add(protocol, "Forwarding", () => ip.ForwardingEnabled ? 1 : 2); // RFC 4293: ipForwarding
                Add(protocol, "DefaultTTL", () => ip.DefaultTtl);
            }

            Add(protocol, "InReceives", () => ip.ReceivedPackets);
            Add(protocol, "InHdrErrors", () => ip.ReceivedPacketsWithHeadersErrors);
            Add(protocol, "InAddrErrors", () => ip.ReceivedPacketsWithAddressErrors);
            Add(protocol, protocol == "Ip" ? "ForwDatagrams" : "OutForwDatagrams", () => ip.ReceivedPacketsForwarded);
            Add(protocol, "InUnknownProtos", () => ip.ReceivedPacketsWithUnknownProtocol);
            Add(protocol, "InDiscards", () => ip.ReceivedPacketsDiscarded);
            Add(protocol, "InDelivers", () => ip.ReceivedPacketsDelivered);
            Add(protocol, "OutRequests", () => ip.OutputPacketRequests);
            Add(protocol, "OutDiscards", () => ip.OutputPacketsDiscarded);
            Add(protocol, "OutNoRoutes", () => ip.OutputPacketsWithNoRoute);
            Add(protocol, "ReasmTimeout", () => ip.PacketReassemblyTimeout);
            Add(protocol, "ReasmReqds", () => ip.PacketReassembliesRequired);
            Add(protocol, "ReasmOKs", () => ip.PacketsReassembled);
            Add(protocol, "ReasmFails", () => ip.PacketReassemblyFailures);
            Add(protocol, "FragOKs", () => ip.PacketsFragmented);
            Add(protocol, "FragFails", () => ip.PacketFragmentFailures);
        });

        void Tcp(string protocol, Func<TcpStatistics> open) => Table(open, tcp =>
        {
            Add(protocol, "RtoMin", () => tcp.MinimumTransmissionTimeout);
            Add(protocol, "RtoMax", () => tcp.MaximumTransmissionTimeout);
            Add(protocol, "MaxConn", () => tcp.MaximumConnections);
            Add(protocol, "ActiveOpens", () => tcp.ConnectionsInitiated);
            Add(protocol, "PassiveOpens", () => tcp.ConnectionsAccepted);
            Add(protocol, "AttemptFails", () => tcp.FailedConnectionAttempts);
            Add(protocol, "EstabResets", () => tcp.ResetConnections);
            Add(protocol, "CurrEstab", () => tcp.CurrentConnections);
            Add(protocol, "InSegs", () => tcp.SegmentsReceived);
            Add(protocol, "OutSegs", () => tcp.SegmentsSent);
            Add(protocol, "RetransSegs", () => tcp.SegmentsResent);
            Add(protocol, "InErrs", () => tcp.ErrorsReceived);
            Add(protocol, "OutRsts", () => tcp.ResetsSent);
        });

        void Udp(string protocol, Func<UdpStatistics> open) => Table(open, udp =>
        {
            Add(protocol, "InDatagrams", () => udp.DatagramsReceived);
            Add(protocol, "NoPorts", () => udp.IncomingDatagramsDiscarded);
            Add(protocol, "InErrors", () => udp.IncomingDatagramsWithErrors);
            Add(protocol, "OutDatagrams", () => udp.DatagramsSent);
        });

        void Icmp(IPGlobalProperties all) => Table(all.GetIcmpV4Statistics, icmp =>
        {
            Add("Icmp", "InMsgs", () => icmp.MessagesReceived);
            Add("Icmp", "InErrors", () => icmp.ErrorsReceived);
            Add("Icmp", "InDestUnreachs", () => icmp.DestinationUnreachableMessagesReceived);
            Add("Icmp", "InTimeExcds", () => icmp.TimeExceededMessagesReceived);
            Add("Icmp", "InRedirects", () => icmp.RedirectsReceived);
            Add("Icmp", "InEchos", () => icmp.EchoRequestsReceived);
            Add("Icmp", "InEchoReps", () => icmp.EchoRepliesReceived);
            Add("Icmp", "OutMsgs", () => icmp.MessagesSent);
            Add("Icmp", "OutErrors", () => icmp.ErrorsSent);
            Add("Icmp", "OutDestUnreachs", () => icmp.DestinationUnreachableMessagesSent);
            Add("Icmp", "OutTimeExcds", () => icmp.TimeExceededMessagesSent);
            Add("Icmp", "OutRedirects", () => icmp.RedirectsSent);
            Add("Icmp", "OutEchos", () => icmp.EchoRequestsSent);
            Add("Icmp", "OutEchoReps", () => icmp.EchoRepliesSent);
        });

        void Icmp6(IPGlobalProperties all) => Table(all.GetIcmpV6Statistics, icmp =>
        {
            Add("Icmp6", "InMsgs", () => icmp.MessagesReceived);
            Add("Icmp6", "InErrors", () => icmp.ErrorsReceived);
            Add("Icmp6", "InDestUnreachs", () => icmp.DestinationUnreachableMessagesReceived);
            Add("Icmp6", "InPktTooBigs", () => icmp.PacketTooBigMessagesReceived);
            Add("Icmp6", "InTimeExcds", () => icmp.TimeExceededMessagesReceived);
            Add("Icmp6", "InEchos", () => icmp.EchoRequestsReceived);
            Add("Icmp6", "InEchoReplies", () => icmp.EchoRepliesReceived);
            Add("Icmp6", "InNeighborSolicits", () => icmp.NeighborSolicitsReceived);
            Add("Icmp6", "InNeighborAdvertisements", () => icmp.NeighborAdvertisementsReceived);
            Add("Icmp6", "OutMsgs", () => icmp.MessagesSent);
            Add("Icmp6", "OutErrors", () => icmp.ErrorsSent);
            Add("Icmp6", "OutDestUnreachs", () => icmp.DestinationUnreachableMessagesSent);
            Add("Icmp6", "OutPktTooBigs", () => icmp.PacketTooBigMessagesSent);
            Add("Icmp6", "OutTimeExcds", () => icmp.TimeExceededMessagesSent);
            Add("Icmp6", "OutEchos", () => icmp.EchoRequestsSent);
            Add("Icmp6", "OutEchoReplies", () => icmp.EchoRepliesSent);
            Add("Icmp6", "OutNeighborSolicits", () => icmp.NeighborSolicitsSent);
            Add("Icmp6", "OutNeighborAdvertisements", () => icmp.NeighborAdvertisementsSent);
        });
    }
}
