using System.Collections.Generic;

namespace SocketTools;

/// <summary>An address family, a socket type or a protocol: a constant of socket.h or in.h, and whether this system has it.</summary>
/// <param name="Name">Its name in C: AF_INET, SOCK_STREAM, IPPROTO_TCP.</param>
/// <param name="Number">Its number on this platform; null where this platform's headers have no such name.</param>
/// <param name="Meaning">What it is for.</param>
/// <param name="Supported">Whether socket(2) gave a socket just now, or refused it for want of a privilege only.</param>
/// <param name="Works">What it was got with: types of a family, families of a type, family and type of a protocol. Empty where nothing worked.</param>
/// <param name="Reason">Why not, or which privilege it wants: the name of an errno. Empty where it worked.</param>
public sealed record SocketConstant(string Name, int? Number, string Meaning, bool Supported, IReadOnlyList<string> Works, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
