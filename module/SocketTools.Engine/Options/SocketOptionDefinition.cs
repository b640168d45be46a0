using System;
using System.Net.Sockets;

namespace SocketTools;

/// <summary>The type of an option's value.</summary>
public enum SocketOptionKind
{
    /// <summary>On or off, an int in the kernel.</summary>
    Boolean,
    /// <summary>A number, in the unit that the definition names.</summary>
    Integer,
    /// <summary>struct linger: seconds, or off.</summary>
    Linger,
    /// <summary>The name of an interface.</summary>
    Text,
    /// <summary>struct ucred: who is at the other end.</summary>
    Credential,
    /// <summary>The name of an interface, which the system knows by number or address.</summary>
    Interface,
}

/// <summary>One well-known option.</summary>
/// <param name="Option">Its name here, that of the parameter of Set-SocketOption.</param>
/// <param name="Key">Its name in the system.</param>
/// <param name="Kind">The type of its value.</param>
/// <param name="Unit">The unit of a number: bytes, seconds, milliseconds; empty where it has none.</param>
/// <param name="Applies">Which sockets have it.</param>
/// <param name="Minimum">The smallest number that makes sense.</param>
/// <param name="Maximum">The largest number that makes sense.</param>
/// <param name="ReadOnly">True where it can only be asked for.</param>
public sealed record SocketOptionDefinition(
    string Option, SocketOptionKey Key, SocketOptionKind Kind, string Unit, Func<AddressFamily, SocketType, bool> Applies,
    int Minimum = 0, int Maximum = int.MaxValue, bool ReadOnly = false);
