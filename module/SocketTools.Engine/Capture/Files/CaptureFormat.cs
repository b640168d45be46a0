namespace SocketTools;

/// <summary>A format of capture files.</summary>
public enum CaptureFormat
{
    /// <summary>pcapng: interfaces by name, directions, several link types (IETF draft-ietf-opsawg-pcapng).</summary>
    PcapNg,
    /// <summary>pcap: one link type and nothing of the interface (IETF draft-ietf-opsawg-pcap). It is written with nanoseconds.</summary>
    Pcap,
}
