namespace SocketTools;

/// <summary>The services that run in compiled code.</summary>
public enum BuiltInService
{
    /// <summary>Sends back what arrives (RFC 862).</summary>
    Echo,
    /// <summary>Takes what arrives and sends nothing (RFC 863).</summary>
    Discard,
    /// <summary>Sends the date and time as text, and closes (RFC 867).</summary>
    Daytime,
    /// <summary>Sends lines of 72 characters until the client closes (RFC 864).</summary>
    Chargen,
    /// <summary>Answers every byte with the next one, 255 with 0, until the client ends: the char server of the texts.</summary>
    Increment,
}
