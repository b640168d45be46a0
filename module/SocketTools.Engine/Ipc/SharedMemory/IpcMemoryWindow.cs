using System;

namespace SocketTools.Ipc;

/// <summary>Shared memory from an offset on, as a channel: what is sent is put there, what is received is read from there, one behind the other, to the end of the memory.</summary>
internal sealed class IpcMemoryWindow(IpcSharedMemory memory, long offset) : IByteChannel
{
    private long _offset = offset;

    public bool KeepsBoundaries => false;

    public byte[]? Receive(int maximum, SocketWait wait)
    {
        int count = (int)Math.Min(maximum, memory.Size - _offset);
        return count == 0 ? null : ReceiveExactly(count < 0 ? maximum : count, wait); // Behind the end it is the error of the memory.
    }

    public byte[] ReceiveExactly(int count, SocketWait wait)
    {
        byte[] bytes = memory.ReadBytes(_offset, count, wait.Trace);
        _offset += count;
        return bytes;
    }

    public byte[]? ReceiveAll(int maximumLength, SocketWait wait) => memory.Size - _offset <= maximumLength ? Receive(maximumLength, wait)
        : throw new SocketCallException("pread", Errno.EMSGSIZE, memory.Name, $"The memory has {memory.Size - _offset} bytes from {_offset} on") { Advice = "Raise -MaximumLength." };

    public void Send(ReadOnlySpan<byte> data, SocketWait wait)
    {
        memory.WriteBytes(_offset, data, wait.Trace);
        _offset += data.Length;
    }
}
