using System;

namespace SocketTools;

/// <summary>Who gave a hardware address: the two lowest bits of its first byte (IEEE 802, section 8.2).</summary>
[Flags]
public enum SocketMacAdministration
{
    /// <summary>The maker, from a range of IEEE: the first three bytes name the maker.</summary>
    Universal = 1,
    /// <summary>This system, or its administrator: unique in its network only.</summary>
    Local = 2,
    /// <summary>The address of a group, not of one interface.</summary>
    Group = 4,
}
