namespace SocketTools;

/// <summary>How to take an address.</summary>
/// <param name="Exclusive">Leaves SO_REUSEADDR off, so that a port with connections in TIME_WAIT is EADDRINUSE (socket(7)).</param>
/// <param name="Force">Replaces a Unix socket file without looking whether somebody listens there.</param>
public sealed record BindOptions(bool Exclusive = false, bool Force = false)
{
    /// <summary>SO_REUSEADDR for streams, and a look at a socket file before it is replaced.</summary>
    public static BindOptions Default { get; } = new();
}
