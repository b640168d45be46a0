namespace SocketTools;

/// <summary>What a probe of a port found.</summary>
public enum SocketPortStatus
{
    /// <summary>Somebody listens: the connect went through, or a datagram was answered.</summary>
    Open,
    /// <summary>Nobody listens: the host says so (ECONNREFUSED), or there is no such socket file.</summary>
    Closed,
    /// <summary>Nothing tells: no answer came in time, or something on the way forbids it.</summary>
    Filtered,
    /// <summary>A datagram was sent and nothing came back: whoever is there is silent, or something on the way drops it. Datagrams have nothing to tell the two apart.</summary>
    Unknown,
}
