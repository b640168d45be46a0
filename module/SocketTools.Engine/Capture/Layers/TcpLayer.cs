using System;
using System.Collections.Generic;
using System.Text;

namespace SocketTools;

/// <summary>The header of a TCP segment (RFC 9293 section 3.1).</summary>
public sealed class TcpLayer : TransportLayer
{
    internal const int FixedLength = 20;

    private IReadOnlyList<TcpOption>? _options;

    internal TcpLayer(in LayerSpan span, int headerLength, InternetLayer? carrier)
        : base(span, headerLength, carrier, IPProtocols.Tcp)
    {
    }

    /// <inheritdoc/>
    public override string Name => "TCP";

    /// <summary>The number of the first byte of the payload, as it is in the header (not relative to the beginning of the connection).</summary>
    public uint SequenceNumber => UInt32(4);

    /// <summary>The number of the next byte that the sender waits for; it counts where <see cref="Flags"/> has ACK.</summary>
    public uint AcknowledgmentNumber => UInt32(8);

    /// <summary>The header's bytes as it says itself: 20 to 60, and less in one that lies.</summary>
    public int DataOffset => (Byte(12) >> 4) * 4;

    /// <summary>The three bits that are 0 by RFC 9293, and the old nonce bit.</summary>
    public int Reserved => Byte(12) & 15;

    /// <summary>The control bits.</summary>
    public TcpFlags Flags => (TcpFlags)Byte(13);

    /// <summary>How many bytes more the sender would take; to be scaled by what its SYN said.</summary>
    public ushort Window => UInt16(14);

    /// <inheritdoc/>
    public override ushort Checksum => UInt16(16);

    /// <summary>Where urgent data ends, from the sequence number on; it counts where <see cref="Flags"/> has URG.</summary>
    public ushort UrgentPointer => UInt16(18);

    /// <summary>What follows the fixed 20 bytes.</summary>
    public IReadOnlyList<TcpOption> Options => _options ??= TcpOption.Read(this);

    /// <inheritdoc/>
    public override string Summary => $"{SourcePort} > {DestinationPort} {Info}";

    /// <summary>The summary without the ports. What is asked first stands first, for a narrow console shows no more.</summary>
    internal string Info
    {
        get
        {
            if (Captured.Length < FixedLength)
            {
                return Captured.Length < 8 ? "cut short" : $"seq {SequenceNumber}, cut short";
            }

            StringBuilder text = new();
            text.Append(Flags == TcpFlags.None ? "no flags" : $"{Flags}".Replace(",", "", StringComparison.Ordinal));
            text.Append(" len ").Append(PayloadLength).Append(" seq ").Append(SequenceNumber);
            if ((Flags & TcpFlags.ACK) != 0)
            {
                text.Append(" ack ").Append(AcknowledgmentNumber);
            }

            text.Append(" win ").Append(Window);
            if ((Flags & TcpFlags.URG) != 0)
            {
                text.Append(" urgent ").Append(UrgentPointer);
            }

            foreach (TcpOption option in Options)
            {
                if (option.Kind > 1 && option.Kind != 8)
                {
                    text.Append(", ").Append(option.ShortText());
                }
            }

            return text.ToString();
        }
    }

    private protected override void AddFields(FieldList list)
    {
        list.Add(nameof(SourcePort), 0, 2, SourcePort).Add(nameof(DestinationPort), 2, 2, DestinationPort)
            .Add(nameof(SequenceNumber), 4, 4, SequenceNumber).Add(nameof(AcknowledgmentNumber), 8, 4, AcknowledgmentNumber)
            .Add(nameof(DataOffset), 12, 1, DataOffset).Add(nameof(Reserved), 12, 1, Reserved).Add(nameof(Flags), 13, 1, Flags).Add(nameof(Window), 14, 2, Window)
            .Add(nameof(Checksum), 16, 2, Checksum).Add(nameof(UrgentPointer), 18, 2, UrgentPointer);
        int at = FixedLength;
        foreach (TcpOption option in Options)
        {
            list.Add(option.Name, at, option.Length, option.Value);
            at += option.Length;
        }
    }
}
