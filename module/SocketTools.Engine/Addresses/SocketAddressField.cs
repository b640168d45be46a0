namespace SocketTools;

/// <summary>One member of a socket address.</summary>
/// <param name="Name">Its name in the C header.</param>
/// <param name="CType">Its C type.</param>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hex">Its bytes as they are in memory, two hexadecimal digits each.</param>
/// <param name="Value">What they say: a number, an address, a path, the name of the family.</param>
/// <param name="ByteOrder">The order of its bytes.</param>
[Formatting.TypeFormatterSource]
public sealed record SocketAddressField(string Name, string CType, int Offset, int Length, string Hex, object? Value, SocketByteOrder ByteOrder)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} = {Value}";
}
