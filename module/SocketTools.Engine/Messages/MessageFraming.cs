using System;
using System.Text;

namespace SocketTools;

/// <summary>
/// How messages stand in a stream of bytes. No I/O and no state: bytes in, a message or "need more" out. Safe from any thread.
/// </summary>
/// <remarks>
/// A varint is the unsigned LEB128 of protobuf's writeDelimitedTo.
/// An empty message is a message in every framing.
/// </remarks>
public abstract class MessageFraming
{
    private protected MessageFraming()
    {
    }

    /// <summary>Bytes that a frame has at most beside its message.</summary>
    public abstract int Overhead { get; }

    /// <summary>The framing of a length prefix, or of lines in UTF-8.</summary>
    /// <param name="prefix">Any but <see cref="SocketMessagePrefix.Delimiter"/>.</param>
    /// <param name="littleEndian">The low byte first, for UInt16 and UInt32 only; else the high one, which is the network's order.</param>
    /// <exception cref="ArgumentException">The prefix is Delimiter, or has no byte order.</exception>
    public static MessageFraming Of(SocketMessagePrefix prefix, bool littleEndian = false) => (prefix, littleEndian) switch
    {
        (SocketMessagePrefix.Byte, false) => LengthFraming.OneByte,
        (SocketMessagePrefix.UInt16, false) => LengthFraming.TwoBytes,
        (SocketMessagePrefix.UInt16, true) => LengthFraming.TwoBytesLittleEndian,
        (SocketMessagePrefix.UInt32, false) => LengthFraming.FourBytes,
        (SocketMessagePrefix.UInt32, true) => LengthFraming.FourBytesLittleEndian,
        (SocketMessagePrefix.Varint, false) => VarintFraming.Instance,
        (SocketMessagePrefix.Line, false) => Lines(TextFraming.Utf8),
        _ => throw new ArgumentException($"{prefix} has no {(littleEndian ? "byte order" : "length")}.", nameof(prefix)),
    };

    /// <summary>Messages that end with a line feed of an encoding; a carriage return before it belongs to the line end.</summary>
    public static MessageFraming Lines(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return new DelimiterFraming(encoding.GetBytes("\n"), encoding.GetBytes("\r"), TextFraming.UnitOf(encoding));
    }

    /// <summary>Messages that end with a text of an encoding; in UTF-16 and UTF-32 it is looked for at whole code units.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static MessageFraming Delimited(string delimiter, Encoding encoding)
    {
        ArgumentException.ThrowIfNullOrEmpty(delimiter);
        ArgumentNullException.ThrowIfNull(encoding);
        return new DelimiterFraming(encoding.GetBytes(delimiter), [], TextFraming.UnitOf(encoding));
    }

    /// <summary>Messages that end with certain bytes, at least one.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static MessageFraming Delimited(ReadOnlySpan<byte> delimiter) => delimiter.IsEmpty
        ? throw new ArgumentException("A delimiter has at least one byte.", nameof(delimiter))
        : new DelimiterFraming(delimiter.ToArray(), [], unit: 1);

    /// <summary>Looks for the first message. It allocates nothing, whatever the bytes say.</summary>
    /// <param name="data">The stream from the start of a frame on, as far as it has come.</param>
    /// <param name="maximumLength">Bytes that a message may have.</param>
    /// <param name="searched">Bytes of <paramref name="data"/> that were there the last time, when the answer was <see cref="MessageStatus.NeedMore"/>; else 0.</param>
    /// <param name="frame">Where the message stands.</param>
    public abstract MessageStatus Read(ReadOnlySpan<byte> data, int maximumLength, int searched, out MessageFrame frame);

    /// <summary>Writes a message that is not refused as a frame; returns the bytes of the frame.</summary>
    /// <param name="message">The message.</param>
    /// <param name="target">Room for the message and <see cref="Overhead"/>.</param>
    public abstract int Write(ReadOnlySpan<byte> message, Span<byte> target);

    /// <summary>Why a receiver would not get this message as it is; null where it would.</summary>
    /// <param name="message">The message.</param>
    /// <param name="maximumLength">Bytes that a message may have.</param>
    /// <param name="target">What the error names.</param>
    public SocketCallException? Refuse(ReadOnlySpan<byte> message, int maximumLength, object? target = null) => message.Length > maximumLength
        ? new SocketCallException("send", Errno.EMSGSIZE, target, $"The message has {message.Length} bytes, and the limit is {maximumLength}")
        {
            Advice = "Raise -MaximumLength here and at the receiver, or send less at a time.",
        }
        : RefuseContent(message, target);

    /// <summary>Hands over every message that is there; false when the handler has enough.</summary>
    /// <param name="data">The stream from the start of a frame on.</param>
    /// <param name="maximumLength">Bytes that a message may have. It stops before a longer one.</param>
    /// <param name="handler">Takes the messages.</param>
    /// <param name="taken">Bytes of the frames that were handed over, counted before each call.</param>
    /// <param name="count">The frames.</param>
    internal virtual bool Deliver(ReadOnlySpan<byte> data, int maximumLength, MessageHandler handler, ref int taken, ref long count)
    {
        while (Read(data[taken..], maximumLength, 0, out MessageFrame frame) == MessageStatus.Complete)
        {
            ReadOnlySpan<byte> message = data.Slice(taken + frame.Start, frame.Length);
            taken += (int)frame.Size;
            count++;
            if (!handler(message))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes frames behind one another, up to one that has no room or is refused; returns how many.</summary>
    internal virtual int Gather(ReadOnlySpan<ReadOnlyMemory<byte>> messages, int maximumLength, Span<byte> target, out int filled)
    {
        filled = 0;
        int count = 0;
        for (; count < messages.Length; count++)
        {
            ReadOnlySpan<byte> message = messages[count].Span;
            if (target.Length - filled < message.Length + (long)Overhead || Refuse(message, maximumLength) is not null)
            {
                break;
            }

            filled += Write(message, target[filled..]);
        }

        return count;
    }

    private protected abstract SocketCallException? RefuseContent(ReadOnlySpan<byte> message, object? target);

    /// <summary>The prefix of a message that is sent from where it is.</summary>
    internal abstract int WriteStart(int length, Span<byte> target);

    /// <summary>What stands behind a message.</summary>
    internal virtual ReadOnlySpan<byte> End => default;
}
