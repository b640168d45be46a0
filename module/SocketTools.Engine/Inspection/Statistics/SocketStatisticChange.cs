namespace SocketTools;

/// <summary>A value of the protocol statistics that moved between two readings; <see cref="SocketStatistic.Value"/> is the difference.</summary>
/// <param name="Protocol">The table it is in.</param>
/// <param name="Name">Its name in that table.</param>
/// <param name="Before">The value of the first reading; 0 where it was not there yet, as with a type of ICMP message that had not been seen.</param>
/// <param name="After">The value of the second reading.</param>
[Formatting.TypeFormatterSource]
public sealed record SocketStatisticChange(string Protocol, string Name, long Before, long After)
    : SocketStatistic(Protocol, Name, unchecked(After - Before));
