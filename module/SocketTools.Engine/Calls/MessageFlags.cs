using System;

namespace SocketTools.Calls;

/// <summary>How to receive or send (MSG_ flags of recv(2) and send(2)).</summary>
[Flags]
internal enum MessageFlags
{
    None = 0,
    /// <summary>MSG_OOB: the urgent byte of TCP (RFC 6093).</summary>
    OutOfBand = 1,
    /// <summary>MSG_PEEK: leaves the data where it is.</summary>
    Peek = 2,
}
