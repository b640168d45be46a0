namespace SocketTools;

/// <summary>How much to receive into a file, and what is to be true of it.</summary>
/// <param name="Count">Exactly so many bytes; null is to the end of the stream.</param>
/// <param name="MaximumLength">The most that a peer may send.</param>
/// <param name="Sha256">Whether to hash the bytes.</param>
/// <param name="ExpectedSha256">The hash that they must have, in 64 hexadecimal digits; null where any will do.</param>
public sealed record FileReceiveOptions(long? Count = null, long MaximumLength = long.MaxValue, bool Sha256 = false, string? ExpectedSha256 = null)
{
    /// <summary>Takes how far the transfer is.</summary>
    public SocketFileProgress? Progress { get; init; }
}
