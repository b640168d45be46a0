namespace SocketTools;

/// <summary>What to capture, and how much of it to keep.</summary>
public sealed record SocketCaptureOptions
{
    /// <summary>The interface that stands for all of them.</summary>
    public const string AnyInterface = "any";

    /// <summary>The name of an interface, or <c>any</c>.</summary>
    public string Interface { get; init; } = "lo";

    /// <summary>Which packets.</summary>
    public SocketCaptureFilter Filter { get; init; } = SocketCaptureFilter.None;

    /// <summary>Bytes to keep of each packet.</summary>
    public int SnapLength { get; init; } = 262144;

    /// <summary>Bytes of the memory that the kernel writes packets to until this process takes them.</summary>
    public int BufferSize { get; init; } = 32 * 1024 * 1024;

    /// <summary>Packets to keep. When more come the oldest are discarded.</summary>
    public long MaximumPackets { get; init; } = 1_000_000;

    /// <summary>Bytes to keep. When more come the oldest packets are discarded.</summary>
    public long MaximumBytes { get; init; } = 256 * 1024 * 1024;
}
