using System;
using System.Buffers;

namespace SocketTools;

/// <summary>Packets to the bytes of a capture file. No I/O.</summary>
internal abstract class CaptureEncoder
{
    private bool _begun;

    /// <summary>Why a packet cannot be written; null where it can.</summary>
    public virtual string? Refuses(SocketPacket packet) => (int)packet.LinkType is < 0 or > ushort.MaxValue ? $"A capture file has no link type {(int)packet.LinkType}" : null;

    /// <summary>Writes what stands at the beginning of the file, once.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="first">The first packet; null where there is none yet.</param>
    public void Begin(IBufferWriter<byte> output, SocketPacket? first = null)
    {
        if (!_begun)
        {
            _begun = true;
            WriteHeader(output, first);
        }
    }

    /// <summary>Writes a packet.</summary>
    public void Write(SocketPacket packet, IBufferWriter<byte> output)
    {
        Begin(output, packet);
        WritePacket(packet, packet.Bytes.AsSpan(0, Math.Min(packet.Bytes.Length, CaptureFileWriter.MaximumCaptured)), output);
    }

    private protected abstract void WriteHeader(IBufferWriter<byte> output, SocketPacket? first);

    private protected abstract void WritePacket(SocketPacket packet, ReadOnlySpan<byte> bytes, IBufferWriter<byte> output);
}
