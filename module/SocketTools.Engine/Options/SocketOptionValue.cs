namespace SocketTools;

/// <summary>An option of a socket, as the kernel has it.</summary>
/// <param name="Option">Its name here; the name in the header for one that has none here.</param>
/// <param name="Value">bool, int, string, byte[] or <see cref="SocketPeerCredential"/>, as the option has it.</param>
/// <param name="Requested">What was last set through this channel, or null. Linux doubles the size of a buffer that was asked for (socket(7)).</param>
/// <param name="Unit">The unit of a number.</param>
/// <param name="Level">The level's name in the header.</param>
/// <param name="Name">The option's name in the header.</param>
public sealed record SocketOptionValue(string Option, object? Value, object? Requested, string Unit, string Level, string Name);
