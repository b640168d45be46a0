namespace SocketTools;

/// <summary>A block of pcapng.</summary>
/// <param name="Type">Its number.</param>
/// <param name="Length">All its bytes, as it says itself.</param>
/// <param name="Position">Where in the file it begins.</param>
internal readonly record struct PcapNgBlock(uint Type, uint Length, long Position)
{
    /// <summary>Bytes between its beginning and its end.</summary>
    public long Body => (long)Length - 12;
}
