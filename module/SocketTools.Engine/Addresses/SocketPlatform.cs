using System;

namespace SocketTools;

/// <summary>A system whose socket addresses have a layout of their own.</summary>
public enum SocketPlatform
{
    /// <summary>Linux: the family is two bytes (sockaddr(3type)).</summary>
    Linux,
    /// <summary>macOS and the BSDs: a length byte, then a family byte.</summary>
    MacOS,
    /// <summary>Windows: as on Linux, with families of its own numbers.</summary>
    Windows,
}

/// <summary>The order of a field's bytes.</summary>
public enum SocketByteOrder
{
    /// <summary>It is one byte, or bytes without an order, such as a path.</summary>
    None,
    /// <summary>That of the processor: least significant byte first on all that .NET runs on today.</summary>
    Host,
    /// <summary>Most significant byte first (RFC 1700; byteorder(3)).</summary>
    Network,
}

/// <summary>Which platform this is.</summary>
public static class SocketPlatforms
{
    /// <summary>The one that this runs on.</summary>
    public static SocketPlatform Current { get; } =
        OperatingSystem.IsWindows() ? SocketPlatform.Windows : OperatingSystem.IsMacOS() ? SocketPlatform.MacOS : SocketPlatform.Linux;
}
