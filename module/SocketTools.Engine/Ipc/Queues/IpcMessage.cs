using System;

namespace SocketTools;

/// <summary>One message of a queue.</summary>
/// <param name="Byte">Its bytes; it may have none.</param>
/// <param name="Priority">What a POSIX queue orders by, the highest first; null for System V.</param>
/// <param name="MessageType">What a System V queue chooses by, from 1; null for POSIX.</param>
public sealed record IpcMessage(byte[] Byte, int? Priority, long? MessageType)
{
    private string? _text;

    /// <summary>The bytes as UTF-8.</summary>
    public string Text => _text ??= TextFraming.Utf8.GetString(Byte);

    /// <summary>How many bytes.</summary>
    public int Length => Byte.Length;

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
