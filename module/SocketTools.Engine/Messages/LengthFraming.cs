using System;
using System.Buffers.Binary;

namespace SocketTools;

/// <summary>A length of one, two or four bytes before each message.</summary>
internal sealed class LengthFraming : MessageFraming
{
    private readonly int _width;
    private readonly bool _littleEndian;
    private readonly uint _largest;

    private LengthFraming(int width, bool littleEndian = false)
    {
        _width = width;
        _littleEndian = littleEndian;
        _largest = uint.MaxValue >> (32 - (8 * width));
    }

    public static LengthFraming OneByte { get; } = new(1);

    public static LengthFraming TwoBytes { get; } = new(2);

    public static LengthFraming TwoBytesLittleEndian { get; } = new(2, littleEndian: true);

    public static LengthFraming FourBytes { get; } = new(4);

    public static LengthFraming FourBytesLittleEndian { get; } = new(4, littleEndian: true);

    public override int Overhead => _width;

    public override MessageStatus Read(ReadOnlySpan<byte> data, int maximumLength, int searched, out MessageFrame frame)
    {
        int width = _width;
        if (data.Length < width)
        {
            frame = MessageFrame.Needs(width);
            return MessageStatus.NeedMore;
        }

        uint length = ReadLength(data);
        if (length > (uint)maximumLength)
        {
            frame = MessageFrame.Announces(length);
            return MessageStatus.TooLong;
        }

        // The limit is an int, so this is one too; with the prefix it may be a little more.
        long size = width + (long)length;
        if (data.Length < size)
        {
            frame = MessageFrame.Needs(size, length);
            return MessageStatus.NeedMore;
        }

        frame = new MessageFrame(width, (int)length, size, length);
        return MessageStatus.Complete;
    }

    public override int Write(ReadOnlySpan<byte> message, Span<byte> target)
    {
        int start = WriteStart(message.Length, target);
        message.CopyTo(target[start..]);
        return start + message.Length;
    }

    // The same as the general one, without a call for each message: a million small messages cost what copying them costs.
    internal override bool Deliver(ReadOnlySpan<byte> data, int maximumLength, MessageHandler handler, ref int taken, ref long count)
    {
        int width = _width;
        ReadOnlySpan<byte> rest = data[taken..];
        while (rest.Length >= width)
        {
            uint length = ReadLength(rest);
            if (length > (uint)maximumLength || length > (uint)(rest.Length - width))
            {
                break;
            }

            ReadOnlySpan<byte> message = rest.Slice(width, (int)length);
            rest = rest[(width + (int)length)..];
            taken = data.Length - rest.Length;
            count++;
            if (!handler(message))
            {
                return false;
            }
        }

        return true;
    }

    internal override int Gather(ReadOnlySpan<ReadOnlyMemory<byte>> messages, int maximumLength, Span<byte> target, out int filled)
    {
        int width = _width;
        uint largest = Math.Min((uint)maximumLength, _largest);
        Span<byte> rest = target;
        int count = 0;
        for (; count < messages.Length; count++)
        {
            ReadOnlySpan<byte> message = messages[count].Span;
            if ((uint)message.Length > largest || message.Length > rest.Length - width)
            {
                break;
            }

            WriteStart(message.Length, rest);
            message.CopyTo(rest[width..]);
            rest = rest[(width + message.Length)..];
        }

        filled = target.Length - rest.Length;
        return count;
    }

    internal override int WriteStart(int length, Span<byte> target)
    {
        switch (_width)
        {
            case 1:
                target[0] = (byte)length;
                break;
            case 2 when _littleEndian:
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)length);
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)length);
                break;
            case 4 when _littleEndian:
                BinaryPrimitives.WriteInt32LittleEndian(target, length);
                break;
            default:
                BinaryPrimitives.WriteInt32BigEndian(target, length);
                break;
        }

        return _width;
    }

    private protected override SocketCallException? RefuseContent(ReadOnlySpan<byte> message, object? target) => (uint)message.Length <= _largest
        ? null
        : new SocketCallException("send", Errno.EMSGSIZE, target, $"The message has {message.Length} bytes, and its prefix can say {_largest} at most")
        {
            Advice = "Choose a wider -Prefix on both sides, UInt32 or Varint, or send less at a time.",
        };

    private uint ReadLength(ReadOnlySpan<byte> data) => _width switch
    {
        1 => data[0],
        2 => _littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(data) : BinaryPrimitives.ReadUInt16BigEndian(data),
        _ => _littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(data) : BinaryPrimitives.ReadUInt32BigEndian(data),
    };
}
