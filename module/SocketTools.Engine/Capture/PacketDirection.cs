namespace SocketTools;

/// <summary>Which way a packet went, seen from the machine that captured it.</summary>
public enum PacketDirection
{
    /// <summary>The capture does not tell.</summary>
    Unknown,
    /// <summary>It came in.</summary>
    Incoming,
    /// <summary>It went out.</summary>
    Outgoing,
}
