namespace SocketTools;

/// <summary>What a framing says of the bytes at the front of a stream.</summary>
public enum MessageStatus
{
    /// <summary>They are not yet a whole message.</summary>
    NeedMore,
    /// <summary>They begin with a whole message.</summary>
    Complete,
    /// <summary>The message is longer than the limit, whether it has come or not.</summary>
    TooLong,
    /// <summary>They never become a message: a varint that does not end, or says more than 64 bits hold.</summary>
    Malformed,
}

/// <summary>Where a message stands in the bytes that are there.</summary>
/// <param name="Start">Bytes before the message: its prefix.</param>
/// <param name="Length">Bytes of the message.</param>
/// <param name="Size">Bytes of the whole frame. With <see cref="MessageStatus.NeedMore"/> as many as are needed at least.</param>
/// <param name="Announced">The length that the prefix says; 0 where it is not known.</param>
public readonly record struct MessageFrame(int Start, int Length, long Size, ulong Announced)
{
    internal static MessageFrame Needs(long size, ulong announced = 0) => new(0, 0, size, announced);

    internal static MessageFrame Announces(ulong length) => new(0, 0, 0, length);
}
