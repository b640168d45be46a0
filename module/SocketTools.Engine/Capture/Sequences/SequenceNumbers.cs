namespace SocketTools.Capture;

/// <summary>Sequence numbers count modulo 2^32 (RFC 9293, section 3.4). Here they go on beyond, so that they compare as numbers do.</summary>
internal static class SequenceNumbers
{
    /// <summary>Where numbers begin: far enough from 0 that what lies before the first one seen is not negative.</summary>
    public const long Origin = 1L << 32;

    /// <summary>The number nearest to another one whose last 32 bits are those of the segment.</summary>
    public static long Unwrap(uint number, long near) => near + unchecked((int)(number - (uint)near));
}
