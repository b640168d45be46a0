using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SocketTools.Transfers;

namespace SocketTools;

/// <summary>A channel as a stream, for whatever .NET reads from streams. It gives what is in the channel's buffer first. Disposing it closes the channel.</summary>
internal sealed class ChannelStream(SocketChannel channel) : Stream
{
    private TimeSpan _readTimeout = Timeout.InfiniteTimeSpan;
    private TimeSpan _writeTimeout = Timeout.InfiniteTimeSpan;

    public override bool CanRead => channel.IsOpen;

    public override bool CanWrite => channel.IsOpen;

    public override bool CanSeek => false;

    public override bool CanTimeout => true;

    public override int ReadTimeout
    {
        get => (int)_readTimeout.TotalMilliseconds;
        set => _readTimeout = Limit(value);
    }

    public override int WriteTimeout
    {
        get => (int)_writeTimeout.TotalMilliseconds;
        set => _writeTimeout = Limit(value);
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : channel.ReceiveInto(buffer, new SocketWait(_readTimeout));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || channel.EndOfStream)
        {
            return 0;
        }

        int buffered = channel.TakeBuffered(buffer.Span, new SocketWait(_readTimeout, cancellationToken));
        if (buffered > 0)
        {
            return buffered;
        }

        // The read leaves before the descriptor is closed: .NET sends RST when it closes a socket under a pending one.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, channel.Closing);
        try
        {
            int count = await channel.Socket.ReceiveAsync(buffer, SocketFlags.None, stop.Token).ConfigureAwait(false);
            channel.LogTransfer(TransferCall.Receive, buffer.Length, count, null, buffer.Span);
            channel.CountReceived(count);
            return count;
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failed("recv", e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer) => channel.Send(buffer, new SocketWait(_writeTimeout));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, channel.Closing);
        try
        {
            while (!buffer.IsEmpty)
            {
                int count = await channel.Socket.SendAsync(buffer, SocketFlags.None, stop.Token).ConfigureAwait(false);
                channel.LogTransfer(TransferCall.Send, buffer.Length, count, null, buffer.Span);
                channel.CountSent(count);
                buffer = buffer[count..];
            }
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failed("send", e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            channel.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsFailure(Exception error, CancellationToken stop) =>
        error is SocketException or ObjectDisposedException || (error is OperationCanceledException && !stop.IsCancellationRequested);

    // Readers of streams look for an IOException.
    private SocketCallException Failed(string operation, Exception error)
    {
        Errno errno = !channel.IsOpen || error is not SocketException socket ? Errno.EBADF : ErrnoTable.FromSocketError(socket.SocketErrorCode);
        return new SocketCallException(operation, errno, channel.ToTarget(), null, error);
    }

    private static TimeSpan Limit(int milliseconds) =>
        milliseconds > 0 || milliseconds == Timeout.Infinite
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new ArgumentOutOfRangeException(nameof(milliseconds));
}
