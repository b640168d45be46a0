namespace SocketTools;

/// <summary>One field of a header.</summary>
/// <param name="Name">The name of the layer's property, or of an option.</param>
/// <param name="Offset">Bytes before it, from the beginning of the packet. Fields of some bits have the offset of their first byte.</param>
/// <param name="Length">The bytes that it is in.</param>
/// <param name="Hex">Those bytes, two hexadecimal digits each.</param>
/// <param name="Value">What they say.</param>
[Formatting.TypeFormatterSource]
public sealed record PacketField(string Name, int Offset, int Length, string Hex, object? Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} = {(Value is byte[] ? Hex : Value)}";
}
