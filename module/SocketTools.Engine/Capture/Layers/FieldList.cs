using System;
using System.Collections.Generic;

namespace SocketTools;

/// <summary>Collects the fields of a header; those that were not captured whole are left out.</summary>
internal sealed class FieldList
{
    private readonly PacketLayer _layer;

    public FieldList(PacketLayer layer) => _layer = layer;

    public List<PacketField> Fields { get; } = [];

    /// <summary>A field of bytes that say nothing more.</summary>
    public FieldList Add(string name, int at, int length) =>
        at + length <= _layer.Captured.Length ? Add(name, at, length, _layer.Captured.Slice(at, length).ToArray()) : this;

    public FieldList Add(string name, int at, int length, object? value)
    {
        ReadOnlySpan<byte> captured = _layer.Captured;
        if (at + length <= captured.Length)
        {
            Fields.Add(new PacketField(name, _layer.Offset + at, length, Convert.ToHexString(captured.Slice(at, length)).ToLowerInvariant(), value));
        }

        return this;
    }
}
