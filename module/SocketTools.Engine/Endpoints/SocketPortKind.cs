namespace SocketTools;

/// <summary>The ranges of port numbers (RFC 6335, section 6).</summary>
public enum SocketPortKind
{
    /// <summary>System ports, 0 to 1023. On most systems listening at one wants a privilege.</summary>
    WellKnown,
    /// <summary>User ports, 1024 to 49151.</summary>
    Registered,
    /// <summary>Dynamic or private ports, 49152 to 65535: never assigned to a service.</summary>
    Dynamic,
}
