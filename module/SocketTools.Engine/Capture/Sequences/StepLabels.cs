using System;
using System.Text;

namespace SocketTools.Capture;

/// <summary>What stands at an arrow.</summary>
internal static class StepLabels
{
    /// <summary>Columns of payload in a label.</summary>
    public const int PayloadColumns = 32;

    private static readonly (TcpFlags Flag, string Name)[] s_flags =
    [
        (TcpFlags.SYN, "SYN"), (TcpFlags.FIN, "FIN"), (TcpFlags.RST, "RST"), (TcpFlags.PSH, "PSH"), (TcpFlags.URG, "URG"),
        (TcpFlags.ACK, "ACK"), (TcpFlags.ECE, "ECE"), (TcpFlags.CWR, "CWR"),
    ];

    /// <summary>What there is to say of a packet without its payload.</summary>
    public static string Head(SocketSequenceStep step) => step.Packet switch
    {
        { Tcp: { } tcp } => Segment(tcp.Flags, step.SequenceNumber ?? 0, step.AcknowledgmentNumber, step.Length),
        { Icmp: { } icmp } => $"{icmp.Name} {IcmpText.Error(icmp)}",
        _ => Datagram(step.Length),
    };

    /// <summary>The label with the beginning of the payload.</summary>
    public static string WithPayload(string head, ReadOnlySpan<byte> payload) => $"{head} {PayloadText.Quote(payload, PayloadColumns)}";

    // Flags, numbers and length of a segment.
    private static string Segment(TcpFlags flags, long sequence, long? acknowledgment, int length)
    {
        StringBuilder text = new();
        foreach ((TcpFlags flag, string name) in s_flags)
        {
            if ((flags & flag) != 0)
            {
                text.Append(name).Append(' ');
            }
        }

        text.Append("Seq=").Append(sequence);
        if (acknowledgment is { } number)
        {
            text.Append(" Ack=").Append(number);
        }

        return (length > 0 ? text.Append(" Len=").Append(length) : text).ToString();
    }

    private static string Datagram(int length) => length == 1 ? "1 byte" : $"{length} bytes";
}
