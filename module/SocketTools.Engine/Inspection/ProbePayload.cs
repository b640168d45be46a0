namespace SocketTools;

/// <summary>What a probe over UDP sends: a question that the usual service of the port answers, for most are silent to anything else.</summary>
internal static class ProbePayload
{
    // A query for the name servers of the root (RFC 1035 section 4.1): one question, no recursion.
    private static readonly byte[] s_dns = [0x53, 0x54, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];

    // A client's request, version 4 (RFC 5905 section 7.3): the rest of its 48 bytes may be zero.
    private static readonly byte[] s_ntp = [0x23, .. new byte[47]];

    /// <summary>The question for a port; empty where none is known.</summary>
    public static byte[] For(int port) => port switch
    {
        53 => s_dns,
        123 => s_ntp,
        _ => [],
    };
}
