namespace SocketTools;

/// <summary>A side of a connection or of an exchange of datagrams.</summary>
public enum SocketSequenceSide
{
    /// <summary>Who asked for the connection, or sent the first datagram.</summary>
    Client,

    /// <summary>The other one.</summary>
    Server,
}
