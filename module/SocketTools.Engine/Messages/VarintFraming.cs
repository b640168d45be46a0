using System;

namespace SocketTools;

/// <summary>
/// The length as an unsigned LEB128 before each message: seven bits in each byte, the low ones first, the high bit set in all but the last.
/// As protobuf does, it reads lengths that are padded with zeros, up to ten bytes; it writes the shortest form.
/// </summary>
internal sealed class VarintFraming : MessageFraming
{
    /// <summary>64 bits in groups of seven.</summary>
    private const int LongestVarint = 10;

    // An int needs no more.
    private const int LongestLength = 5;

    private VarintFraming()
    {
    }

    public static VarintFraming Instance { get; } = new();

    public override int Overhead => LongestLength;

    public override MessageStatus Read(ReadOnlySpan<byte> data, int maximumLength, int searched, out MessageFrame frame)
    {
        ulong length = 0;
        for (int i = 0; i < LongestVarint; i++)
        {
            if (i == data.Length)
            {
                frame = MessageFrame.Needs(i + 1);
                return MessageStatus.NeedMore;
            }

            byte part = data[i];
            if (i == LongestVarint - 1 && part > 1)
            {
                break; // It does not end here, or has more than 64 bits.
            }

            length |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                return ReadMessage(data, maximumLength, i + 1, length, out frame);
            }
        }

        frame = default;
        return MessageStatus.Malformed;
    }

    public override int Write(ReadOnlySpan<byte> message, Span<byte> target)
    {
        int start = WriteStart(message.Length, target);
        message.CopyTo(target[start..]);
        return start + message.Length;
    }

    internal override int WriteStart(int length, Span<byte> target)
    {
        int i = 0;
        for (; length >= 0x80; length >>= 7)
        {
            target[i++] = (byte)(length | 0x80);
        }

        target[i++] = (byte)length;
        return i;
    }

    private protected override SocketCallException? RefuseContent(ReadOnlySpan<byte> message, object? target) => null;

    private static MessageStatus ReadMessage(ReadOnlySpan<byte> data, int maximumLength, int start, ulong length, out MessageFrame frame)
    {
        if (length > (uint)maximumLength)
        {
            frame = MessageFrame.Announces(length);
            return MessageStatus.TooLong;
        }

        long size = start + (long)length;
        if (data.Length < size)
        {
            frame = MessageFrame.Needs(size, length);
            return MessageStatus.NeedMore;
        }

        frame = new MessageFrame(start, (int)length, size, length);
        return MessageStatus.Complete;
    }
}
