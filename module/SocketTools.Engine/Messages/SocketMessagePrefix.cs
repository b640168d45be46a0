namespace SocketTools;

/// <summary>How a stream is cut into messages.</summary>
public enum SocketMessagePrefix
{
    /// <summary>The length in four bytes before each message: up to 4 GiB.</summary>
    UInt32,
    /// <summary>The length in one byte: up to 255 bytes.</summary>
    Byte,
    /// <summary>The length in two bytes: up to 65535 bytes.</summary>
    UInt16,
    /// <summary>The length as an unsigned LEB128, as protobuf's delimited streams have it: seven bits in each byte, the low ones first.</summary>
    Varint,
    /// <summary>A line feed behind each message. A carriage return before it is taken away too.</summary>
    Line,
    /// <summary>Any other bytes behind each message.</summary>
    Delimiter,
}
