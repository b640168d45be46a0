using System;

namespace SocketTools;

/// <summary>A file that went over a socket.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">Bytes that went over the socket.</param>
/// <param name="Duration">From the first call to the last; for a file received to its final name.</param>
/// <param name="Sha256">The hash of these bytes in lower-case hexadecimal digits, as sha256sum(1) prints it; null where nobody asked for it.</param>
public sealed record SocketFileTransfer(string Path, long Length, TimeSpan Duration, string? Sha256)
{
    /// <summary>Bytes a second over the whole of the time.</summary>
    public double BytesPerSecond => Duration > TimeSpan.Zero ? Length / Duration.TotalSeconds : 0;
}

/// <summary>Takes how far a transfer is, on the thread that makes it, a few times a second.</summary>
/// <param name="transferred">Bytes until now.</param>
/// <param name="total">Bytes in all, or null where nobody knows.</param>
public delegate void SocketFileProgress(long transferred, long? total);
