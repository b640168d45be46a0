using System;

namespace SocketTools.Commands;

/// <summary>The single bytes of a pipeline, gathered to be sent together.</summary>
internal sealed class PipedBytes(PipedBytes.Sender send)
{
    private readonly byte[] _bytes = new byte[64 * 1024];
    private int _count;

    public delegate void Sender(ReadOnlySpan<byte> bytes);

    /// <summary>Takes one; sends all when there is no room for another.</summary>
    public void Add(byte value)
    {
        _bytes[_count++] = value;
        if (_count == _bytes.Length)
        {
            Send();
        }
    }

    /// <summary>Sends those that there are. What fails is not sent again.</summary>
    public void Send()
    {
        int count = _count;
        _count = 0;
        if (count > 0)
        {
            send(_bytes.AsSpan(0, count));
        }
    }
}
