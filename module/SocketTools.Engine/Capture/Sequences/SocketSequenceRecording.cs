using System;
using System.Globalization;

namespace SocketTools;

/// <summary>Where packets come from that were not captured now: a file that ships with the module.</summary>
/// <param name="Name">The name of the recording.</param>
/// <param name="Description">What happens in it.</param>
/// <param name="Recorded">When its first packet was captured.</param>
/// <param name="System">The system that it was captured on.</param>
public sealed record SocketSequenceRecording(string Name, string Description, DateTimeOffset Recorded, string System)
{
    /// <inheritdoc/>
    public override string ToString() => $"Recording of {Recorded.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} on {System}: {Description}";
}
