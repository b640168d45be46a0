using System;
using System.Buffers;
using System.Threading;
using SocketTools.Calls;
using SocketTools.Transfers;

namespace SocketTools;

public sealed partial class SocketChannel
{
    /// <summary>Receives into a file and gives it its final name. When this throws, there is nothing under that name, and the old file is as it was.</summary>
    /// <param name="file">The file; the caller disposes of it, which removes it when it is not complete.</param>
    /// <param name="options">How much, and what is to be true of it.</param>
    /// <param name="wait">How long to wait without progress.</param>
    /// <remarks>
    /// Bytes in the buffer come first; what follows the count stays in the channel. After an error the bytes that came are gone with the temporary file:
    /// BytesTransferred says how many.
    /// </remarks>
    /// <exception cref="SocketCallException">
    /// ETIMEDOUT, ECONNRESET, ENOTCONN, EBADF; ENODATA: the stream ended before the count; EFBIG: more came than the maximum; EBADMSG: the hash is
    /// another one. What the file is to blame for (ENOSPC, EEXIST) is a <see cref="SocketFileException"/>.
    /// </exception>
    public SocketFileTransfer ReceiveFile(IncomingFile file, FileReceiveOptions options, SocketWait wait)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        CheckFiles("recv");
        using Turn turn = Enter(_receiveGate, "recv", wait);
        using FileTransfer transfer = new(options.Count, options.Sha256 || options.ExpectedSha256 is not null, options.Progress);
        try
        {
            Fill(file, options, transfer, wait);
            string? sha256 = transfer.Sha256();
            if (options.ExpectedSha256 is { } expected && !expected.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new SocketCallException("recv", Errno.EBADMSG, ToTarget(), $"The SHA-256 of what came is {sha256}");
            }

            file.Complete(wait);
            return transfer.ToResult(file.FullName, sha256);
        }
        catch (SocketCallException e)
        {
            string? detail = transfer.Done == 0 ? e.Detail : $"{e.Detail ?? ErrnoTable.Get(e.Errno).Meaning}, {transfer.Text} came, and no file was made of them";
            throw e is SocketFileException
                ? new SocketFileException(e.Operation, e.Errno, file.FullName, detail, e.InnerException) { Advice = e.Advice, BytesTransferred = transfer.Done }
                : new SocketCallException(e.Operation, e.Errno, ToTarget(), detail)
                {
                    Advice = e.Errno == Errno.ENODATA ? "The peer ended the stream early. Have the file sent again." : e.Advice,
                    BytesTransferred = transfer.Done,
                };
        }
    }

    private void Fill(IncomingFile file, FileReceiveOptions options, FileTransfer transfer, SocketWait wait)
    {
        if (options.Count > options.MaximumLength)
        {
            throw TooLong(options);
        }

        long end = options.Count ?? options.MaximumLength;
        byte[] block = ArrayPool<byte>.Shared.Rent(FileBlockSize);
        try
        {
            // A hash and a recording need the bytes here; a few are not worth a pipe.
            using SplicePipe? pipe = transfer.Hashes || _recorder is not null || end - _buffer.Count <= FileBlockSize ? null : _calls.OpenPipe();
            bool ended = false;
            if (pipe is not null)
            {
                ReceiveByCopy(file, _buffer.Count, block, transfer, wait);
                ended = ReceiveByKernel(file, end, pipe, block, transfer, wait);
            }

            ended = ended || ReceiveByCopy(file, end, block, transfer, wait);
            if (ended && options.Count is not null)
            {
                throw new SocketCallException("recv", Errno.ENODATA, ToTarget(), "The stream ended");
            }

            // What is one byte too much stays in the channel.
            if (!ended && options.Count is null && (_buffer.Count > 0 || Fill(1, 1, wait)))
            {
                throw TooLong(options);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    // Up to a number of bytes in all; true when the stream ended before.
    private bool ReceiveByCopy(IncomingFile file, long end, byte[] block, FileTransfer transfer, SocketWait wait)
    {
        while (transfer.Done < end)
        {
            wait.Stop.ThrowIfCancellationRequested();
            CheckOpen("recv");
            Memory<byte> room = block.AsMemory(0, (int)Math.Min(FileBlockSize, end - transfer.Done));
            int count = _buffer.Count > 0 ? _buffer.Take(room.Span) : ReadOnce(room.Span, wait);
            if (count == 0)
            {
                return true;
            }

            transfer.Add(count, room.Span[..count]);
            file.Write(room[..count]);
        }

        return false;
    }

    // The same without a copy of the bytes in this process (splice(2)). It stops short where the socket or the file does not take part.
    private bool ReceiveByKernel(IncomingFile file, long end, SplicePipe pipe, byte[] block, FileTransfer transfer, SocketWait wait)
    {
        using KernelUse use = new(this);
        while (transfer.Done < end && !_endSeen)
        {
            wait.Stop.ThrowIfCancellationRequested();
            CheckOpen("splice");
            int size = (int)Math.Min(SplicePipe.Size, end - transfer.Done);
            int count = pipe.Fill(_handle, size, wait.Trace);
            if (count >= 0)
            {
                LogTransfer(TransferCall.Splice, size, count, null);
            }

            switch ((Errno)(-count))
            {
                case < Errno.None:
                    Interlocked.Add(ref _bytesReceived, count);
                    transfer.Add(count);
                    if (!file.Write(pipe, wait.Trace))
                    {
                        while (pipe.Count > 0)
                        {
                            file.Write(block.AsMemory(0, pipe.Read(block)));
                        }

                        return false;
                    }

                    break;
                case Errno.None:
                    _endSeen = true;
                    break;
                case Errno.EWOULDBLOCK:
                    WaitUntil(PollEvents.Read, "recv", wait);
                    break;
                case Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP:
                    return false;
                default:
                    LogTransfer(TransferCall.Splice, size, count, null);
                    Check("splice", count);
                    break;
            }
        }

        return transfer.Done < end;
    }

    private SocketCallException TooLong(FileReceiveOptions options) =>
        new("recv", Errno.EFBIG, ToTarget(), $"More than {options.MaximumLength} bytes are not allowed") { Advice = "Raise -MaximumLength, if the peer may send so much." };
}
