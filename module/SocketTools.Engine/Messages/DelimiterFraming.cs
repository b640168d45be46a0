using System;

namespace SocketTools;

/// <summary>Bytes behind each message that do not occur in it; a line feed is one such, with a carriage return that may stand before it.</summary>
internal sealed class DelimiterFraming : MessageFraming
{
    private readonly byte[] _delimiter;
    private readonly byte[] _carriageReturn;
    private readonly int _unit;

    /// <summary>Takes over the arrays.</summary>
    /// <param name="delimiter">At least one byte.</param>
    /// <param name="carriageReturn">What may stand before the delimiter and is taken away with it; empty for nothing.</param>
    /// <param name="unit">Bytes of a code unit; the delimiter counts at multiples of it only.</param>
    public DelimiterFraming(byte[] delimiter, byte[] carriageReturn, int unit)
    {
        _delimiter = delimiter;
        _carriageReturn = carriageReturn;
        _unit = unit;
    }

    public override int Overhead => _delimiter.Length;

    internal override ReadOnlySpan<byte> End => _delimiter;

    public override MessageStatus Read(ReadOnlySpan<byte> data, int maximumLength, int searched, out MessageFrame frame)
    {
        int found = TextFraming.Find(data, _delimiter, _unit, searched);
        if (found >= 0)
        {
            int length = found - (EndsWithReturn(data[..found]) ? _carriageReturn.Length : 0);
            frame = new MessageFrame(0, length, found + _delimiter.Length, 0);
            return length <= maximumLength ? MessageStatus.Complete : MessageStatus.TooLong;
        }

        frame = MessageFrame.Needs(data.Length + 1L);
        return data.Length >= (long)maximumLength + _delimiter.Length + _carriageReturn.Length ? MessageStatus.TooLong : MessageStatus.NeedMore;
    }

    public override int Write(ReadOnlySpan<byte> message, Span<byte> target)
    {
        message.CopyTo(target);
        _delimiter.CopyTo(target[message.Length..]);
        return message.Length + _delimiter.Length;
    }

    internal override int WriteStart(int length, Span<byte> target) => 0;

    private protected override SocketCallException? RefuseContent(ReadOnlySpan<byte> message, object? target)
    {
        int found = FindInFrame(message);
        string? reason = found < 0 ? $"The message has {message.Length} bytes, and the receiver looks for the end at multiples of {_unit}"
            : found < message.Length ? $"The message has its own end at byte {found}, so the receiver would see two"
            : EndsWithReturn(message) ? "The message ends with a carriage return, which the receiver would take for a part of the line end"
            : null;
        return reason is null ? null : new SocketCallException("send", Errno.EINVAL, target, reason)
        {
            Advice = "Choose a delimiter that no message has, or a -Prefix with a length: UInt32 or Varint.",
        };
    }

    private bool EndsWithReturn(ReadOnlySpan<byte> message) => _carriageReturn.Length > 0 && message.EndsWith(_carriageReturn);

    // Where the receiver finds the delimiter first. It may also begin in the message and end in the delimiter itself, as "aa" behind "a" does.
    private int FindInFrame(ReadOnlySpan<byte> message)
    {
        int inMessage = TextFraming.Find(message, _delimiter, _unit, 0);
        if (inMessage >= 0 || (_delimiter.Length == 1 && _unit == 1))
        {
            return inMessage >= 0 ? inMessage : message.Length;
        }

        int tail = Math.Max(0, message.Length - _delimiter.Length + 1);
        tail -= tail % _unit;
        int length = message.Length - tail;
        byte[] joint = new byte[length + _delimiter.Length];
        message[tail..].CopyTo(joint);
        _delimiter.CopyTo(joint, length);
        int inJoint = TextFraming.Find(joint, _delimiter, _unit, 0);
        return inJoint < 0 ? -1 : tail + inJoint;
    }
}
