namespace SocketTools;

/// <summary>One socket of a wait.</summary>
/// <param name="Given">What the person gave.</param>
/// <param name="Channel">The channel of it.</param>
internal readonly record struct WaitItem(object Given, SocketChannel Channel);
