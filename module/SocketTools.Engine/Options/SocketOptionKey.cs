using System.Net.Sockets;

namespace SocketTools;

/// <summary>What getsockopt and setsockopt call an option: numbers of this platform, names for people, and .NET's words where it has some.</summary>
/// <param name="Level">SOL_SOCKET, IPPROTO_TCP ….</param>
/// <param name="Number">SO_RCVBUF, TCP_NODELAY ….</param>
/// <param name="LevelName">The name in the header.</param>
/// <param name="Name">The name in the header.</param>
/// <param name="DotNetLevel">For the platforms where .NET makes the call.</param>
/// <param name="DotNetName">For the platforms where .NET makes the call.</param>
public readonly record struct SocketOptionKey(
    int Level, int Number, string LevelName, string Name, SocketOptionLevel? DotNetLevel = null, SocketOptionName? DotNetName = null);
