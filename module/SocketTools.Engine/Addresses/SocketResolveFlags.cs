using System;

namespace SocketTools;

/// <summary>What getaddrinfo(3) is asked for, in its ai_flags.</summary>
[Flags]
public enum SocketResolveFlags
{
    /// <summary>Addresses to connect to.</summary>
    None = 0,
    /// <summary>AI_PASSIVE: addresses to bind to. No host is every interface.</summary>
    Passive = 1,
    /// <summary>AI_CANONNAME: the name that the host is an alias of, too.</summary>
    CanonicalName = 2,
    /// <summary>AI_NUMERICHOST: an address only. A name is EAI_NONAME, and nobody is asked.</summary>
    NumericHost = 4,
}
