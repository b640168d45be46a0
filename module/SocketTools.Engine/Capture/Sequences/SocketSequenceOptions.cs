namespace SocketTools;

/// <summary>How sequence diagrams are made.</summary>
public sealed record SocketSequenceOptions
{
    /// <summary>Numbers as they are in the headers, instead of those that begin with 0 at the SYN.</summary>
    public bool AbsoluteSequenceNumber { get; init; }

    /// <summary>How many arrows a drawing has at most; what is between them is folded. At least 2. The steps themselves are all there.</summary>
    public int MaximumSteps { get; init; } = 40;

    /// <summary>What the packets are a recording of; null for those that are not.</summary>
    public SocketSequenceRecording? Recording { get; init; }
}
