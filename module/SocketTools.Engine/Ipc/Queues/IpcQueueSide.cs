using System;

namespace SocketTools.Ipc;

/// <summary>A queue as a channel whose messages have a priority or type that was chosen.</summary>
internal sealed class IpcQueueSide(IpcMessageQueue queue, long? mark, long type) : IByteChannel
{
    public bool KeepsBoundaries => true;

    public byte[]? Receive(int maximum, SocketWait wait) => queue.Receive(maximum, type, wait);

    public byte[] ReceiveExactly(int count, SocketWait wait) => queue.ReceiveExactly(count, wait);

    public byte[]? ReceiveAll(int maximumLength, SocketWait wait) => queue.ReceiveAll(maximumLength, wait);

    public void Send(ReadOnlySpan<byte> data, SocketWait wait) => queue.SendMessage(data, mark, wait);
}
