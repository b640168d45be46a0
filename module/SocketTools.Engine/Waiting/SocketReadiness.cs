namespace SocketTools;

/// <summary>A socket that is ready, and what for.</summary>
/// <param name="Channel">What was given to wait for: a channel, a listener, a socket of .NET.</param>
/// <param name="Readable">A receive or an accept gives something at once: data, a connection, the end of the stream or an error.</param>
/// <param name="Writable">A send takes something at once.</param>
/// <param name="Error">An error or a hang-up is there, or urgent data (what select(2) calls an exceptional condition).</param>
[Formatting.TypeFormatterSource]
public sealed record SocketReadiness(object Channel, bool Readable, bool Writable, bool Error);
