using System;

namespace SocketTools;

/// <summary>What carries bytes, a socket or not, for the commands that take either.</summary>
internal interface IByteChannel
{
    /// <inheritdoc cref="SocketChannel.Receive(int, SocketWait)"/>
    byte[]? Receive(int maximum, SocketWait wait);

    /// <inheritdoc cref="SocketChannel.ReceiveExactly"/>
    byte[] ReceiveExactly(int count, SocketWait wait);

    /// <inheritdoc cref="SocketChannel.ReceiveAll"/>
    byte[]? ReceiveAll(int maximumLength, SocketWait wait);

    /// <inheritdoc cref="SocketChannel.Send(ReadOnlySpan{byte}, SocketWait)"/>
    void Send(ReadOnlySpan<byte> data, SocketWait wait);

    /// <summary>Whether what one call sends is what one call receives.</summary>
    bool KeepsBoundaries { get; }
}
